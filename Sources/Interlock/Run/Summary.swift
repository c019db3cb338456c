import Daemon

/// What happened in one run, judged from evidence.
struct Summary: Codable, Equatable {
  var candles: Int
  var signals: Int
  /// Denials of the gate and of the router behind it, by reason.
  var denied: [String: Int]
  var intents: Int
  /// Entries and exits that the venue received.
  var orders: Int
  var protectiveOrders: Int
  var fills: Int
  /// Open at the end.
  var positions: Int
  var held: Int
  /// Positions that had no full stop for longer than the deadline.
  var unprotected: Int
  var duplicateOrders: Int
  var lostIntents: Int
  var restarts: [String: Int]

  enum CodingKeys: String, CodingKey {
    case candles, signals, denied, intents, orders, fills, positions, held, unprotected, restarts
    case protectiveOrders = "protective_orders"
    case duplicateOrders = "duplicate_orders"
    case lostIntents = "lost_intents"
  }

  /// Whether every promise was kept.
  var isClean: Bool { unprotected == 0 && duplicateOrders == 0 && lostIntents == 0 }

  /// Judges everything since `start` (wall milliseconds); `deadline` is how long a position may be
  /// without its stop.
  static func judge(_ evidence: Evidence, since start: Int64, deadline: Int64) -> Summary {
    let received = evidence.venue.orders.filter { $0.receivedMilliseconds >= start }
    let gate = evidence.gate.filter { $0.wallMilliseconds >= start }
    let denials = gate.filter { !$0.accepted }.flatMap { $0.denials ?? [] }
    return Summary(
      candles: evidence.candles,
      signals: Set(evidence.signals.filter { $0.wallMilliseconds >= start }.map(\.signal)).count,
      denied: denials.reduce(into: [:]) { $0[$1.reason, default: 0] += 1 },
      intents: evidence.intents.count { $0.acceptedMilliseconds >= start },
      orders: received.count { !$0.isProtective },
      protectiveOrders: received.count(where: \.isProtective),
      fills: evidence.venue.fills.count { $0.wallMilliseconds >= start },
      positions: evidence.venue.positions.count,
      held: evidence.orders.count { $0.status == "held" },
      unprotected: evidence.venue.positions.count { position in
        position.uncoveredSinceMilliseconds.map { evidence.venueReadAt - $0 > deadline } ?? false
      }, duplicateOrders: duplicates(evidence, received), lostIntents: lost(evidence, gate),
      restarts: evidence.restarts)
  }

  /// Entries that the venue took beyond the first of their decision, and orders with our mark that
  /// no ledger row explains.
  private static func duplicates(
    _ evidence: Evidence, _ received: [VenueBookReport.Order]
  ) -> Int {
    let rows = Dictionary(evidence.orders.map { ($0.clientOrderID, $0) }) { first, _ in first }
    let signals = Dictionary(evidence.intents.map { ($0.intent, $0.signal) }) { first, _ in first }
    let taken = Set(evidence.venue.orders.filter { $0.status != "rejected" }.map(\.orderID))
    var unexplained = 0
    var entries: [String: Int] = [:]
    for order in received {
      guard let id = order.clientOrderID, id.hasPrefix("\(evidence.installation)-") else {
        continue
      }
      guard let row = rows[id], let signal = signals[row.intent] else {
        unexplained += 1
        continue
      }
      if row.role == "entry", taken.contains(order.orderID) { entries[signal, default: 0] += 1 }
    }
    return unexplained + entries.values.reduce(0) { $0 + max(0, $1 - 1) }
  }

  /// Acknowledgements in the gate's own file without a row in the ledger.
  private static func lost(_ evidence: Evidence, _ gate: [Evidence.GateLine]) -> Int {
    let known = Set(evidence.intents.map(\.intent))
    let acknowledged = Set(gate.filter(\.accepted).compactMap(\.intent))
    return acknowledged.subtracting(known).count
  }
}
