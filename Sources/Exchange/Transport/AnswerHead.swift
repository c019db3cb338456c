/// What is kept of an answer's header lines.
struct AnswerHead: Hashable, Sendable {
  /// When the server made the answer; whole seconds.
  private(set) var date: Int64?
  /// Seconds until a rate limit is lifted, at most an hour.
  private(set) var rateLimitReset: Int64?

  /// Whether a length was named that is none.
  private var hasOddLength = false

  init(date: Int64? = nil, rateLimitReset: Int64? = nil) {
    self.date = date
    self.rateLimitReset = rateLimitReset
  }

  /// Why an answer with this head proves nothing; nil when it may.
  var fault: String? {
    hasOddLength ? "an answer of an impossible length" : nil
  }

  /// Takes one header line as it came; a status line begins a new head, for one may follow a 1xx.
  mutating func take(_ line: some Collection<UInt8>) {
    guard line.count <= 1024 else { return }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      self = AnswerHead()
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return }
    let value = parts[1].drop { $0 == " " || $0 == "\t" }.prefix { !$0.isNewline }
    switch parts[0].lowercased() {
    case "date": date = HTTPDate.milliseconds(value)
    case "rate-limit-reset", "retry-after":
      rateLimitReset = Int64(value).flatMap { (0...3600).contains($0) ? $0 : nil }
    case "content-length": hasOddLength = hasOddLength || Int64(value) == nil
    default: break
    }
  }
}
