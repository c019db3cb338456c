extension RiskBook {
  /// What holds of a limit that the configuration sets to `configured`.
  ///
  /// A change holds as long as the configuration says what it said then; once the file says
  /// something else, the tighter of the two does, so that no tightening is lost by an edit.
  package func effective(
    _ key: String, configured: Int64, tighter: RiskLimit.Tighter
  ) -> Int64 {
    guard let change = limits[key] else { return configured }
    guard change.configured != configured else { return change.to }
    return tighter == .lower ? min(change.to, configured) : max(change.to, configured)
  }
}
