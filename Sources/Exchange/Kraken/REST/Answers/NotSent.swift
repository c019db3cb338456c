import Domain

/// The outcome of a request of which this process knows that no byte left.
enum NotSent {
  static func outcome(_ why: String) -> VenueOutcome {
    .refused(word: "NOT_SENT: \(why)")
  }
}
