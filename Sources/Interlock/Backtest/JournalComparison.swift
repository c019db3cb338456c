import Foundation
import Simulation

/// Where a run and a backtest over the same market part, trade by trade.
///
/// Compared is the time that both decided in. Effects of latency are declared: a price inside the
/// entry's limit, a way out at another price, a size that follows an equity which followed from
/// that, a denial for being late, and what follows from a position that was open a little longer.
/// Everything else is a difference, a way out that only one of the two took among it.
struct JournalComparison: Sendable {
  struct Difference: Codable, Hashable, Sendable {
    let signal: String
    let what: String
    let run: String
    let backtest: String
    /// Whether it is one of the declared effects of latency.
    let isLatency: Bool
  }

  /// Largest share by which sizes may differ because earlier fills had other prices.
  static let sizeShare = 0.02

  /// Denials of a decision that came late, or while the last position was on its way out.
  private static let late: Set<String> = [
    "EXPIRED", "STALE_MARKET_DATA", "STALE_ACCOUNT", "GATE_NOT_READY", "ROUTER_NOT_READY",
    "CLOCK_UNTRUSTED", "LAYER4_VENUE_UNREADABLE", "LAYER2_SYMBOL_LOCKED",
    "LAYER3_POSITION_EXISTS", "LAYER4_VENUE_DISAGREES", "LAYER5_INTENT_PENDING", "MAX_POSITIONS",
    "PRICE_COLLAR", "STOP_TOO_CLOSE", "ORDER_RATE",
  ]

  private(set) var differences: [Difference] = []
  /// Decisions that both made.
  private(set) var decisions = 0
  /// Entries that both accepted.
  private(set) var intents = 0
  /// Trades of which both have fills.
  private(set) var trades = 0

  init(run: TradeJournal, backtest: TradeJournal) {
    let runs = Self.named(run.decisions) { $0.signal }
    let backtests = Self.named(backtest.decisions) { $0.signal }
    guard let window = Self.window(run, backtest) else { return }
    let all = Set(runs.keys).union(backtests.keys)
    let ordered = all.compactMap { id in
      (runs[id] ?? backtests[id]).map { ($0.decided_ms, id) }
    }.sorted { $0 < $1 }
    for (time, id) in ordered where window.contains(time) {
      guard let ours = runs[id], let theirs = backtests[id] else {
        differ(
          id, "decision", runs[id].map(Self.text) ?? "none",
          backtests[id].map(Self.text) ?? "none", isLatency: false)
        continue
      }
      decisions += 1
      compare(ours, theirs, run, backtest)
    }
  }

  private static func named<Entry>(
    _ entries: [Entry], _ name: (Entry) -> String
  ) -> [String: Entry] {
    Dictionary(entries.map { (name($0), $0) }) { first, _ in first }
  }

  private static func window(_ run: TradeJournal, _ backtest: TradeJournal) -> ClosedRange<Int64>? {
    let (ours, theirs) = (
      run.decisions.map(\.decided_ms), backtest.decisions.map(\.decided_ms)
    )
    guard let ourFirst = ours.min(), let ourLast = ours.max(), let theirFirst = theirs.min(),
      let theirLast = theirs.max()
    else { return nil }
    let (first, last) = (max(ourFirst, theirFirst), min(ourLast, theirLast))
    return first <= last ? first...last : nil
  }

  private mutating func differ(
    _ signal: String, _ what: String, _ run: String, _ backtest: String, isLatency: Bool
  ) {
    differences.append(
      Difference(
        signal: signal, what: what, run: run, backtest: backtest, isLatency: isLatency))
  }

  private static func text(_ decision: TradeJournal.Decision) -> String {
    decision.accepted ? "accepted" : "denied \(decision.reasons.joined(separator: " "))"
  }

  private mutating func compare(
    _ ours: TradeJournal.Decision, _ theirs: TradeJournal.Decision, _ run: TradeJournal,
    _ backtest: TradeJournal
  ) {
    let id = ours.signal
    if (ours.direction, ours.setup) != (theirs.direction, theirs.setup) {
      differ(
        id, "decision", "\(ours.direction) \(ours.setup)", "\(theirs.direction) \(theirs.setup)",
        isLatency: false)
    }
    guard ours.accepted == theirs.accepted, ours.reasons == theirs.reasons else {
      let reasons = Set(ours.reasons).symmetricDifference(theirs.reasons)
      return differ(
        id, "verdict", Self.text(ours), Self.text(theirs),
        isLatency: !reasons.isEmpty && reasons.isSubset(of: Self.late))
    }
    guard ours.accepted, let mine = run.intents.first(where: { $0.signal == id }),
      let other = backtest.intents.first(where: { $0.signal == id })
    else { return }
    intents += 1
    compare(mine, other)
    compare(id, run.fills.filter { $0.signal == id }, backtest.fills.filter { $0.signal == id })
  }

  private mutating func compare(_ ours: TradeJournal.Intent, _ theirs: TradeJournal.Intent) {
    for (name, mine, other) in [
      ("limit price", ours.limit_price, theirs.limit_price),
      ("stop price", ours.stop_price, theirs.stop_price),
      (
        "take-profits", ours.take_profits.joined(separator: " "),
        theirs.take_profits.joined(separator: " ")
      ),
    ] where mine != other {
      differ(ours.signal, name, mine, other, isLatency: false)
    }
    guard ours.quantity != theirs.quantity else { return }
    let (mine, other) = (Double(ours.quantity) ?? 0, Double(theirs.quantity) ?? 0)
    differ(
      ours.signal, "size", ours.quantity, theirs.quantity,
      isLatency: abs(mine - other) <= Self.sizeShare * max(mine, other))
  }

  private mutating func compare(
    _ id: String, _ ours: [TradeJournal.Fill], _ theirs: [TradeJournal.Fill]
  ) {
    guard !ours.isEmpty, !theirs.isEmpty else {
      if ours.isEmpty != theirs.isEmpty {
        // An entry whose limit the price has left by the time it comes executes nothing.
        differ(
          id, "fills", "\(ours.count) fills", "\(theirs.count) fills", isLatency: true)
      }
      return
    }
    trades += 1
    let (mine, other) = (Self.sums(ours), Self.sums(theirs))
    let isOpen = Self.isOpen(mine) || Self.isOpen(other)
    for role in Set(mine.keys).union(other.keys).sorted() where mine[role] != other[role] {
      // Latency changes prices, and by them sizes a little. Lots that left another way, or not at
      // all, it explains only while the position is still open at the end of one of the two.
      differ(
        id, "fills of \(role)", mine[role].map(\.text) ?? "none",
        other[role].map(\.text) ?? "none",
        isLatency: isOpen
          || abs(Self.share(role, mine) - Self.share(role, other)) <= Self.sizeShare)
    }
  }

  /// How much of what the entry brought went this way.
  private static func share(_ role: String, _ sums: [String: Sum]) -> Double {
    guard let entry = sums["entry"]?.quantity, entry > 0 else { return 0 }
    let part = (sums[role]?.quantity ?? 0) / entry
    return NSDecimalNumber(decimal: part).doubleValue
  }

  /// What was filled of one role, and at which mean price.
  private struct Sum: Equatable {
    let quantity: Decimal
    let price: Double
    var text: String { "\(quantity) @ \(price)" }
  }

  private static func isOpen(_ sums: [String: Sum]) -> Bool {
    let left = sums.filter { $0.key != "entry" }.reduce(Decimal(0)) { $0 + $1.value.quantity }
    return left < sums["entry"]?.quantity ?? 0
  }

  private static func sums(_ fills: [TradeJournal.Fill]) -> [String: Sum] {
    Dictionary(grouping: fills, by: \.role).mapValues { fills in
      let quantity = fills.reduce(Decimal(0)) { $0 + (Decimal(string: $1.quantity) ?? 0) }
      let value = fills.reduce(Decimal(0)) {
        $0 + (Decimal(string: $1.quantity) ?? 0) * (Decimal(string: $1.price) ?? 0)
      }
      let mean = quantity > 0 ? NSDecimalNumber(decimal: value / quantity).doubleValue : 0
      return Sum(quantity: quantity, price: (mean * 100).rounded() / 100)
    }
  }

  var undeclared: [Difference] { differences.filter { !$0.isLatency } }
}
