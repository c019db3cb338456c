import Domain
import SignalService

/// What a strategy saw over some hours, as a picture: candles, zones, gaps, entries and their
/// levels.
struct EvaluationChart {
  /// A picture of more hours shows nothing any more.
  static let mostHours = 2000

  private struct Zone {
    let kind: String
    let openTime: MarketTime
    let low: Int64
    let high: Int64
    /// The last hour that still showed it.
    var last: Int
  }

  private struct Entry {
    let hour: Int
    let direction: Direction
    let entry: WorkingDecimal
    let stop: WorkingDecimal
    let takeProfit: WorkingDecimal
  }

  private let series: SmcSeries
  private let title: String
  private var hours: [Int] = []
  private var zones: [String: Zone] = [:]
  private var entries: [Entry] = []

  init(_ series: SmcSeries, title: String) {
    self.series = series
    self.title = title
  }

  /// Takes in what was seen and decided at `hour`, in order.
  mutating func add(hour: Int, _ seen: SmcObservation, _ result: SmcEvaluation) {
    hours.append(hour)
    for block in seen.blocks.compactMap({ $0 }) {
      note("block \(block.direction.rawValue)", block.openTime, block.low, block.high, hour)
    }
    for gap in seen.gaps.compactMap({ $0 }) {
      note("gap \(gap.direction.rawValue)", gap.openTime, gap.bottom, gap.top, hour)
    }
    guard result.reason == .signal, let trade = result.trade else { return }
    entries.append(
      Entry(
        hour: hour, direction: trade.direction, entry: trade.levels.entry,
        stop: trade.levels.stop, takeProfit: trade.levels.takeProfit))
  }

  private mutating func note(
    _ kind: String, _ time: MarketTime, _ low: Int64, _ high: Int64, _ hour: Int
  ) {
    let zone = Zone(kind: kind, openTime: time, low: low, high: high, last: hour)
    zones["\(kind) \(time.milliseconds)"] = zone
  }

  // MARK: - Drawing

  private static let width = 1200.0
  private static let height = 640.0
  private static let edge = (left: 80.0, top: 40.0, right: 20.0, bottom: 60.0)
  /// Hours that an entry's levels are drawn for.
  private static let levelHours = 12

  /// The picture as SVG; nil without an hour.
  var svg: String? {
    guard let first = hours.first, let last = hours.last else { return nil }
    let bars = series.hours[first...last]
    guard let top = bars.map(\.highPrice).max(), let bottom = bars.map(\.lowPrice).min() else {
      return nil
    }
    let frame = Frame(first: first, last: last, bottom: bottom, top: top)
    var parts = [Self.head(title)]
    parts += zones.keys.sorted().compactMap { zones[$0].flatMap { draw($0, frame) } }
    for (offset, bar) in bars.enumerated() { parts.append(draw(bar, first + offset, frame)) }
    parts += entries.map { draw($0, frame) }
    parts += axis(frame)
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  /// Where hours and prices are in the picture.
  private struct Frame {
    let first: Int
    let last: Int
    let bottom: Double
    let top: Double

    var step: Double {
      (width - edge.left - edge.right) / Double(max(1, last - first + 1))
    }

    func x(_ hour: Int) -> Double { edge.left + (Double(hour - first) + 0.5) * step }

    /// Prices outside the picture are drawn at its edge.
    func y(_ price: Double) -> Double {
      let part = (min(max(price, bottom), top) - bottom) / max(top - bottom, .leastNormalMagnitude)
      return height - edge.bottom - part * (height - edge.top - edge.bottom)
    }
  }

  private static func head(_ title: String) -> String {
    let text = title.map { "<>&".contains($0) ? "." : String($0) }.joined()
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 640" role="img" \
      font-family="sans-serif" font-size="12">
      <title>\(text)</title>
      <style>.up{fill:#2a7f62;stroke:#2a7f62}.down{fill:#b0413e;stroke:#b0413e}\
      .block.long{fill:#2a7f62;opacity:.22}.block.short{fill:#b0413e;opacity:.22}\
      .gap{fill:#3a6ea5;opacity:.18}.stop{stroke:#b0413e;stroke-dasharray:4 3}\
      .target{stroke:#2a7f62;stroke-dasharray:4 3}.entry{stroke:#222}\
      .mark{fill:#222}text{fill:#222}.grid{stroke:#ddd}</style>
      <rect width="1200" height="640" fill="#fff"/>
      <text x="80" y="24" font-size="15">\(text)</text>
      """
  }

  private func draw(_ zone: Zone, _ frame: Frame) -> String? {
    let start = series.hours[frame.first].openTime.milliseconds
    let hour =
      frame.first
      + Int((zone.openTime.milliseconds - start) / Timeframe.oneHour.milliseconds)
    let (low, high) = (series.scale.double(zone.low), series.scale.double(zone.high))
    guard zone.last >= hour, high >= frame.bottom, low <= frame.top else { return nil }
    let left = frame.x(max(hour, frame.first)) - frame.step / 2
    let right = frame.x(zone.last) + frame.step / 2
    return
      "<rect class=\"\(zone.kind)\" x=\"\(Self.text(left))\" y=\"\(Self.text(frame.y(high)))\" "
      + "width=\"\(Self.text(right - left))\" "
      + "height=\"\(Self.text(max(1, frame.y(low) - frame.y(high))))\"/>"
  }

  private func draw(_ bar: Bar, _ hour: Int, _ frame: Frame) -> String {
    let x = frame.x(hour)
    let (open, close) = (frame.y(series.scale.double(bar.open)), frame.y(bar.closePrice))
    let body = max(1, frame.step * 0.6)
    return "<g class=\"\(bar.close >= bar.open ? "up" : "down")\">"
      + Self.line(x, frame.y(bar.highPrice), x, frame.y(bar.lowPrice), nil)
      + "<rect x=\"\(Self.text(x - body / 2))\" y=\"\(Self.text(min(open, close)))\" "
      + "width=\"\(Self.text(body))\" height=\"\(Self.text(max(1, abs(open - close))))\"/></g>"
  }

  private func draw(_ entry: Entry, _ frame: Frame) -> String {
    let x = frame.x(entry.hour)
    let end = frame.x(min(frame.last, entry.hour + Self.levelHours))
    let lines = [("entry", entry.entry), ("stop", entry.stop), ("target", entry.takeProfit)]
      .compactMap { name, price -> String? in
        // A level outside the picture is not drawn; at its edge it would be another level.
        guard let value = Double(price.description), (frame.bottom...frame.top).contains(value)
        else { return nil }
        return Self.line(x, frame.y(value), end, frame.y(value), name)
      }
    let bar = series.hours[entry.hour]
    let isLong = entry.direction == .long
    let tip = isLong ? frame.y(bar.lowPrice) + 4 : frame.y(bar.highPrice) - 4
    let base = isLong ? tip + 9 : tip - 9
    let mark =
      "<path class=\"mark\" d=\"M\(Self.text(x)) \(Self.text(tip))L\(Self.text(x - 5)) "
      + "\(Self.text(base))L\(Self.text(x + 5)) \(Self.text(base))Z\"/>"
    return lines.joined() + mark
  }

  private func axis(_ frame: Frame) -> [String] {
    let prices = (0...4).map { frame.bottom + (frame.top - frame.bottom) * Double($0) / 4 }
    var parts = prices.map { price in
      "<text x=\"74\" y=\"\(Self.text(frame.y(price) + 4))\" text-anchor=\"end\">"
        + "\(Self.text(price))</text>"
    }
    let marks = [
      (frame.first, "start"), ((frame.first + frame.last) / 2, "middle"), (frame.last, "end"),
    ]
    for (hour, anchor) in marks {
      let time = ISO8601.text(milliseconds: series.hours[hour].openTime.milliseconds)
      parts.append(
        "<text x=\"\(Self.text(frame.x(hour)))\" y=\"598\" text-anchor=\"\(anchor)\">"
          + "\(time.prefix(16))Z</text>")
    }
    parts.append(
      "<text x=\"80\" y=\"626\">zones: order blocks (green long, red short), gaps (blue); "
        + "triangles: entries; lines: entry, stop (red), first target (green)</text>")
    return parts
  }

  private static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String?
  ) -> String {
    "<line\(kind.map { " class=\"\($0)\"" } ?? "") x1=\"\(text(x1))\" y1=\"\(text(y1))\" "
      + "x2=\"\(text(x2))\" y2=\"\(text(y2))\"/>"
  }

  /// One place behind the point.
  private static func text(_ number: Double) -> String {
    "\((number * 10).rounded() / 10)"
  }
}
