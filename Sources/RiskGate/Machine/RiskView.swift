package import Domain

/// Everything the controls look at, measured at one moment: one reading a control.
package struct RiskView: Hashable, Sendable {
  package enum Reading: Hashable, Sendable {
    /// What it needs is missing or makes no sense.
    case unknown
    case notApplicable
    case value(Int64)

    init(_ value: Int64?) {
      self = value.map { .value($0) } ?? .unknown
    }
  }

  package let limits: RiskLimits
  private var readings: [Reading]

  /// Nothing is known.
  package init(_ limits: RiskLimits) {
    self.limits = limits
    readings = [Reading](repeating: .unknown, count: ControlID.allCases.count)
  }

  package subscript(_ id: ControlID) -> Reading {
    get { readings[id.rawValue] }
    set { readings[id.rawValue] = newValue }
  }

  /// What a control measures; nil is unknown.
  mutating func set(_ id: ControlID, _ value: Int64?) { self[id] = Reading(value) }

  mutating func set(_ id: ControlID, is flag: Bool) { self[id] = .value(flag ? 1 : 0) }

  /// The controls that do not pass, in order.
  ///
  /// What cannot be judged for want of something whose own control says no is not said again.
  package var objections: [ControlID] {
    var failed: [ControlID] = []
    var unknown: [ControlID] = []
    var isPresent = true
    for control in Control.rules {
      switch control.judge(self) {
      case .passed, .notApplicable: continue
      case .failed: failed.append(control.id)
      case .unknown:
        if control.isPresence { failed.append(control.id) } else { unknown.append(control.id) }
      }
      if control.isPresence { isPresent = false }
    }
    guard isPresent, !unknown.isEmpty else { return failed }
    return (failed + unknown).sorted { $0.rawValue < $1.rawValue }
  }
}
