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
    return Summary(
      candles: evidence.candles,
      signals: Set(evidence.signals.filter { $0.wallMilliseconds >= start }.map(\.signal)).count,
      denied: denied(gate, evidence.intents.filter { $0.acceptedMilliseconds >= start }),
      intents: evidence.intents.count { row in
        row.kind == "entry" && row.acceptedMilliseconds >= start
      },
      orders: received.count { !$0.isProtective },
      protectiveOrders: received.count(where: \.isProtective),
      fills: evidence.venue.fills.count { $0.wallMilliseconds >= start },
      positions: evidence.venue.positions.count,
      held: evidence.orders.count { $0.status == "held" },
      unprotected: unprotected(evidence, since: start, deadline: deadline),
      duplicateOrders: duplicates(evidence, since: start), lostIntents: lost(evidence, gate),
      restarts: evidence.restarts)
  }

  /// Positions that are, or at any time of the run were, without a full stop for too long.
  private static func unprotected(
    _ evidence: Evidence, since start: Int64, deadline: Int64
  ) -> Int {
    let now = evidence.venue.positions.count { position in
      position.uncoveredSinceMilliseconds.map { evidence.venueReadAt - $0 > deadline } ?? false
    }
    let earlier = evidence.venue.exposures.count { exposure in
      exposure.untilMilliseconds - max(start, exposure.sinceMilliseconds) > deadline
    }
    return now + earlier
  }

  /// Per reason the decisions that were denied for it, by the gate or by the router.
  ///
  /// One that was offered twice counts once.
  private static func denied(
    _ gate: [Evidence.GateLine], _ intents: [Evidence.IntentRow]
  ) -> [String: Int] {
    var signals: [String: Set<String>] = [:]
    for intent in intents {
      guard let code = intent.denial?.split(separator: ":").first else { continue }
      signals[String(code), default: []].insert(intent.signal)
    }
    for line in gate where !line.accepted {
      for denial in line.denials ?? [] { signals[denial.reason, default: []].insert(line.signal) }
    }
    return signals.mapValues(\.count)
  }

  /// Entries that the venue took beyond the first of their recorded decision, orders with our mark
  /// that no ledger row explains, and client order ids of ours that came a second time.
  ///
  /// Entries of earlier runs count as the first, so that a decision repeated after a restart is
  /// seen. An entry without a recorded decision is one too many. One the venue rejected is none.
  private static func duplicates(_ evidence: Evidence, since start: Int64) -> Int {
    let rows = Dictionary(evidence.orders.map { ($0.clientOrderID, $0) }) { first, _ in first }
    let signals = Dictionary(evidence.intents.map { ($0.intent, $0.signal) }) { first, _ in first }
    let decided = Set(evidence.signals.map(\.signal))
    var entered: Set<String> = []
    var count = evidence.venue.repeated.count { again in
      again.wallMilliseconds >= start && again.clientOrderID.hasPrefix("\(evidence.installation)-")
    }
    for order in evidence.venue.orders {
      guard let id = order.clientOrderID, id.hasPrefix("\(evidence.installation)-") else {
        continue
      }
      let counts = order.receivedMilliseconds >= start
      guard let row = rows[id], let signal = signals[row.intent] else {
        if counts { count += 1 }
        continue
      }
      guard row.role == "entry", order.status != "rejected" else { continue }
      let isFirst = decided.contains(signal) && entered.insert(signal).inserted
      if counts && !isFirst { count += 1 }
    }
    return count
  }

  /// Acknowledgements in the gate's own file without a row in the ledger.
  private static func lost(_ evidence: Evidence, _ gate: [Evidence.GateLine]) -> Int {
    let known = Set(evidence.intents.map(\.intent))
    // One that names no intent cannot be found again either.
    let acknowledged = Set(gate.filter(\.accepted).map { $0.intent ?? "none of \($0.signal)" })
    return acknowledged.subtracting(known).count
  }
}
