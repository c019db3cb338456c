import Daemon
import Domain

/// What operators are told of decisions: `explain` on the control socket.
struct ExplanationAnswer {
  /// One decision, as JSON.
  struct Row: Encodable {
    let strategy: String
    let instrument: String
    let timeframe: String
    let decided_at: String
    let market_ms: Int64
    let reason: String
    let signal: String?
    let values: [String]
    let verdict: String?

    init(_ explanation: Explanation) {
      strategy = explanation.strategy.text
      instrument = explanation.instrument.symbol
      timeframe = explanation.timeframe.rawValue
      decided_at = ISO8601.text(milliseconds: explanation.decidedAt.milliseconds)
      market_ms = explanation.decidedAt.milliseconds
      reason = explanation.reason
      signal = explanation.signal?.text
      values = explanation.values.map { "\($0.name)=\($0.value)" }
      verdict = explanation.verdict
    }
  }

  private let shelf: ExplanationShelf

  init(_ shelf: ExplanationShelf) {
    self.shelf = shelf
  }

  /// The newest decisions on an `instrument` (`count` of each strategy, 1 without), or the one that
  /// named a `signal`.
  func answer(_ query: ControlQuery) {
    if let text = query.arguments["signal"] {
      guard let id = SignalID(text), let found = shelf.explanation(of: id) else {
        return query.refuse("signal \(text.prefix(96)): not among the newest decisions")
      }
      return query.answer(JSONLine.text([Row(found)]))
    }
    guard let symbol = query.arguments["instrument"], let id = InstrumentID(symbol) else {
      return query.refuse("explain: name an instrument or a signal")
    }
    let count = query.arguments["count"].flatMap { Int($0) } ?? 1
    let rows = shelf.newest(min(max(count, 1), ExplanationShelf.most), of: id).map(Row.init)
    guard !rows.isEmpty else {
      return query.refuse("\(id): no candle has been decided on yet")
    }
    query.answer(JSONLine.text(rows))
  }
}
