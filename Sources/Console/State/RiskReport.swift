/// What router and gate answer to `risk`: every control with its value, bound and head-room.
///
/// The numbers are texts with their units, as the stages tell people; nil when a stage of another
/// build does not know the question.
struct RiskReport: Sendable {
  struct Row: Decodable, Sendable {
    var control: String
    var value: String
    var bound: String
    var headroom: String
    var ok: Bool
  }

  struct Lock: Decodable, Sendable {
    var kind: String
    var scope: String
    var since: String
    var until: String
    var remainingS: Int64
    var why: String
    var by: String
  }

  /// A part of the router's answer.
  struct Router: Decodable, Sendable {
    var rows: [Row]
    var locks: [Lock]
    var measuredState: String?
    var measuredWhy: String?
    var dayStartEquity: String?
    var dayRealised: String?
    var peakEquity: String?
  }

  private static let mostRows = 256

  var router: Router?
  var gate: [Row]?

  var rows: [Row] { Array(((router?.rows ?? []) + (gate ?? [])).prefix(Self.mostRows)) }
  var isKnown: Bool { router != nil || gate != nil }
}

extension RiskReport.Row {
  /// The first number of a text such as `at most 0.5 %`, and the word after it.
  static func number(_ text: String) -> (value: Double, unit: String)? {
    guard let start = text.firstIndex(where: { $0.isNumber || $0 == "-" }) else { return nil }
    let digits = text[start...].prefix { $0.isNumber || $0 == "-" || $0 == "." }
    guard let value = Double(digits) else { return nil }
    let rest = text[digits.endIndex...].split(separator: " ").first
    let unit = rest.map(String.init) ?? "count"
    return (value, unit == "%" ? "percent" : unit.lowercased())
  }

  /// Nil when value or bound is no number, or they are of different units.
  var reading: LimitReading? {
    guard let bound = Self.number(bound) else { return nil }
    let value = Self.number(value)
    if let value, value.unit != bound.unit { return nil }
    let isFloor = self.bound.hasPrefix(">") || self.bound.hasPrefix("at least")
    return LimitReading(
      key: control, title: control, unit: bound.unit, value: value?.value, bound: bound.value,
      isCeiling: !isFloor)
  }
}
