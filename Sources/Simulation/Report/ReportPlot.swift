import Domain

/// One picture as SVG: a frame, two axes, lines and marks; coordinates come from data.
struct ReportPlot {
  static let width = 1000.0
  static let height = 260.0
  private static let left = 80.0
  private static let right = 10.0
  private static let top = 12.0
  private static let bottom = 24.0

  private let times: ClosedRange<Double>
  private let values: ClosedRange<Double>
  private var body: [String] = []

  /// Nil without any extent in time.
  init?(times: ClosedRange<Int64>, values: ClosedRange<Double>) {
    guard times.lowerBound < times.upperBound else { return nil }
    self.times = Double(times.lowerBound)...Double(times.upperBound)
    let span = values.upperBound - values.lowerBound
    let pad = span > 0 ? span * 0.05 : max(abs(values.upperBound) * 0.01, 1e-9)
    self.values = (values.lowerBound - pad)...(values.upperBound + pad)
    drawAxes()
  }

  private func x(_ time: Int64) -> Double {
    let inner = Self.width - Self.left - Self.right
    let share = (Double(time) - times.lowerBound) / (times.upperBound - times.lowerBound)
    return Self.left + min(max(0, share), 1) * inner
  }

  private func y(_ value: Double) -> Double {
    let inner = Self.height - Self.top - Self.bottom
    let share = (value - values.lowerBound) / (values.upperBound - values.lowerBound)
    return Self.top + (1 - min(max(0, share), 1)) * inner
  }

  private mutating func drawAxes() {
    for step in 0...4 {
      let share = Double(step) / 4
      let value = values.lowerBound + (values.upperBound - values.lowerBound) * share
      let height = Self.text(y(value))
      body.append(
        "<line class=\"grid\" x1=\"\(Self.text(Self.left))\" x2=\"\(Self.text(Self.width))\" "
          + "y1=\"\(height)\" y2=\"\(height)\"/>"
          + "<text class=\"left\" x=\"\(Self.text(Self.left - 6))\" y=\"\(height)\">"
          + "\(Self.label(value))</text>")
      let time = Int64(times.lowerBound + (times.upperBound - times.lowerBound) * share)
      let anchor = step == 0 ? "start" : step == 4 ? "end" : "middle"
      body.append(
        "<text text-anchor=\"\(anchor)\" x=\"\(Self.text(x(time)))\" "
          + "y=\"\(Self.text(Self.height - 6))\">"
          + "\(ISO8601.text(milliseconds: time).prefix(10))</text>")
    }
  }

  mutating func line(_ points: [(time: Int64, value: Double)], _ kind: String) {
    let places = points.map { "\(Self.text(x($0.time))),\(Self.text(y($0.value)))" }
    body.append("<polyline class=\"\(kind)\" points=\"\(places.joined(separator: " "))\"/>")
  }

  /// The area between the line and zero.
  mutating func area(_ points: [(time: Int64, value: Double)], _ kind: String) {
    guard let first = points.first, let last = points.last else { return }
    let places = points.map { "\(Self.text(x($0.time))),\(Self.text(y($0.value)))" }
    let zero = Self.text(y(0))
    body.append(
      "<polygon class=\"\(kind)\" points=\"\(Self.text(x(first.time))),\(zero) "
        + "\(places.joined(separator: " ")) \(Self.text(x(last.time))),\(zero)\"/>")
  }

  /// From one place to another, with words for whoever points at it.
  mutating func mark(
    _ from: (time: Int64, value: Double), _ to: (time: Int64, value: Double), _ kind: String,
    _ words: String
  ) {
    let (startX, startY) = (Self.text(x(from.time)), Self.text(y(from.value)))
    body.append(
      "<g class=\"\(kind)\"><title>\(Self.escaped(words))</title>"
        + "<line x1=\"\(startX)\" y1=\"\(startY)\" x2=\"\(Self.text(x(to.time)))\" "
        + "y2=\"\(Self.text(y(to.value)))\"/><circle cx=\"\(startX)\" cy=\"\(startY)\" r=\"3\"/>"
        + "</g>")
  }

  func svg(id: String, label: String) -> String {
    "<svg id=\"\(id)\" role=\"img\" aria-label=\"\(Self.escaped(label))\" "
      + "viewBox=\"0 0 \(Self.text(Self.width)) \(Self.text(Self.height))\">"
      + body.joined(separator: "\n") + "</svg>"
  }

  // MARK: - Text

  /// One place behind the point, never an exponent.
  private static func text(_ value: Double) -> String {
    let tenths = Int64((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }

  private static func label(_ value: Double) -> String {
    abs(value) >= 1000 ? "\(Int64(value.rounded()))" : ReportText.fixed(value)
  }

  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
