/// Writes metrics in Prometheus' text format 0.0.4, or in OpenMetrics 1.0.
///
/// The two differ in how a counter's family is called, and in the last line.
struct MetricsWriter {
  enum Kind: String { case gauge, counter, histogram }

  private let isOpenMetrics: Bool
  private(set) var bytes: [UInt8] = []

  init(isOpenMetrics: Bool) {
    self.isOpenMetrics = isOpenMetrics
  }

  /// One family with its samples; one without any is left out.
  mutating func family(
    _ name: String, _ kind: Kind, _ help: String, _ samples: [([(String, String)], Double)]
  ) {
    guard !samples.isEmpty else { return }
    head(name, kind, help)
    for (labels, value) in samples { sample(name, labels, value) }
  }

  /// A family with one sample, if there is a value.
  mutating func family(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
    guard let value else { return }
    family(name, kind, help, [([], value)])
  }

  mutating func histogram(
    _ name: String, _ help: String, _ series: [([(String, String)], Histogram)]
  ) {
    guard !series.isEmpty else { return }
    head(name, .histogram, help)
    for (labels, histogram) in series {
      var cumulative: UInt64 = 0
      for (index, count) in histogram.counts.enumerated() {
        cumulative += count
        let bound =
          index < histogram.bounds.count ? Self.text(histogram.bounds[index]) : "+Inf"
        sample("\(name)_bucket", labels + [("le", bound)], Double(cumulative))
      }
      sample("\(name)_sum", labels, histogram.sum)
      sample("\(name)_count", labels, Double(histogram.count))
    }
  }

  mutating func end() {
    if isOpenMetrics { bytes += "# EOF\n".utf8 }
  }

  private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
    let isCounter = isOpenMetrics && kind == .counter && name.hasSuffix("_total")
    let family = isCounter ? String(name.dropLast("_total".count)) : name
    bytes += "# HELP \(family) \(help)\n# TYPE \(family) \(kind.rawValue)\n".utf8
  }

  private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
    bytes += name.utf8
    if !labels.isEmpty {
      let words = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
      bytes += "{\(words)}".utf8
    }
    bytes += " \(Self.text(value))\n".utf8
  }

  static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return "\(value)"
  }

  /// A label's value holds any text but a bare backslash, quote or line end.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
