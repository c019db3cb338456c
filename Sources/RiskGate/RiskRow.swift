import Domain

/// One row of the verb `risk`: a control that can be judged without a signal.
struct RiskRow: Encodable, Equatable {
  let control: String
  let value: String
  let bound: String
  /// How far the value may still go; `-` of what is not known.
  let headroom: String
  let ok: Bool

  init(_ standing: Standing) {
    let control = standing.control
    let bound = standing.bound
    self.control = control.name
    self.bound = "\(control.sense.rawValue) \(control.unit.text(bound))"
    guard let value = standing.value else {
      self.value = "unknown"
      headroom = "-"
      ok = false
      return
    }
    self.value = control.unit.text(value)
    let room =
      control.sense == .atLeast ? Share.difference(value, bound) : Share.difference(bound, value)
    headroom = control.unit.text(room)
    ok = standing.isHeld
  }
}
