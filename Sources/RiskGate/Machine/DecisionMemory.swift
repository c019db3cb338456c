import Domain

/// What was decided in this life, so that a signal offered again hears the same.
struct DecisionMemory: Hashable, Sendable {
  static let most = 4096

  struct Entry: Hashable, Sendable {
    let signal: Signal
    var verdict: Verdict
  }

  private var entries: [SignalID: Entry] = [:]
  private var order: [SignalID] = []

  subscript(id: SignalID) -> Entry? { entries[id] }

  /// Keeps the first decision on a name; a later one changes its verdict only.
  mutating func keep(_ signal: Signal, _ verdict: Verdict) {
    let known = entries.count
    entries[signal.id, default: Entry(signal: signal, verdict: verdict)].verdict = verdict
    guard entries.count > known else { return }
    order.append(signal.id)
    guard order.count > 2 * Self.most else { return }
    for old in order.prefix(Self.most) { entries[old] = nil }
    order.removeFirst(Self.most)
  }
}
