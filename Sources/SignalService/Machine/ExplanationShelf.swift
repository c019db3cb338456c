package import Domain

/// The newest explanations, a bounded number for each strategy on each instrument.
package struct ExplanationShelf: Sendable {
  /// Of one strategy on one instrument.
  package static let most = 64

  private struct Key: Hashable {
    let instrument: InstrumentID
    let strategy: StrategyID
  }

  private var shelves: [Key: [Explanation]] = [:]
  /// How often each reason was given.
  package private(set) var counts: [String: UInt64] = [:]

  package init() {}

  package mutating func add(_ explanation: Explanation) {
    let key = Key(instrument: explanation.instrument, strategy: explanation.strategy)
    var shelf = shelves[key] ?? []
    shelf.append(explanation)
    if shelf.count > Self.most { shelf.removeFirst() }
    shelves[key] = shelf
    counts[explanation.reason, default: 0] += 1
  }

  /// Notes what became of `signal`, if it still stands here.
  package mutating func conclude(_ signal: SignalID, _ verdict: String) {
    for (key, shelf) in shelves {
      guard let index = shelf.lastIndex(where: { $0.signal == signal }) else { continue }
      shelves[key]?[index].verdict = verdict
      return
    }
  }

  /// The newest `count` of each strategy on `instrument`, oldest first.
  package func newest(_ count: Int, of instrument: InstrumentID) -> [Explanation] {
    shelves.filter { $0.key.instrument == instrument }
      .sorted { $0.key.strategy < $1.key.strategy }
      .flatMap { $0.value.suffix(max(0, count)) }
  }

  /// The one that named `signal`.
  package func explanation(of signal: SignalID) -> Explanation? {
    shelves.values.lazy.flatMap { $0 }.first { $0.signal == signal }
  }
}
