import Daemon
import Foundation

/// One decision from the candle to the fills, put together from what each process remembers.
struct DecisionStory {
  typealias Row = [String: Any]

  /// Time from one step to the next, in milliseconds of wall time.
  struct Hop {
    let process: String
    let what: String
    let milliseconds: Int64
  }

  /// What the strategy decided, by which numbers; nil when it is no longer remembered.
  let decision: Row?
  let intent: Row?
  let orders: [Row]
  let fills: [Row]
  /// How long a signal stays good, which tells when it was made.
  let validForMilliseconds: Int64?

  /// The story of the intent that `id` names: its hash or the beginning of it, a signal, or a
  /// client order id.
  static func find(
    _ id: String, intents: [Row], orders: [Row], fills: [Row], decision: Row?, validFor: Int64?
  ) -> DecisionStory? {
    let word = { (row: Row, key: String) in row[key] as? String ?? "" }
    let named = orders.first { word($0, "client_order_id") == id }
    let hash = named.map { word($0, "intent") }
    let intent = intents.last { row in
      word(row, "signal") == id || word(row, "intent") == hash
        || (id.count >= 8 && word(row, "intent").hasPrefix(id.lowercased()))
    }
    guard intent != nil || decision != nil else { return nil }
    let ours = orders.filter {
      intent != nil && word($0, "intent") == word(intent ?? [:], "intent")
    }
    let ids = Set(ours.map { word($0, "client_order_id") })
    return DecisionStory(
      decision: decision, intent: intent, orders: ours,
      fills: fills.filter { ids.contains(word($0, "client_order_id")) },
      validForMilliseconds: validFor)
  }

  /// The steps whose wall time is known, each with the process that took it.
  var hops: [Hop] {
    let number = { (row: Row?, key: String) in (row?[key] as? NSNumber)?.int64Value }
    var marks: [(process: String, what: String, at: Int64)] = []
    if let until = number(intent, "valid_until_ms"), let validFor = validForMilliseconds {
      marks.append(("signal-service", "decided", until - validFor))
    }
    if let at = number(intent, "accepted_ms") {
      marks.append(("risk-gate", "checked, passed on, and durable in order-router", at))
    }
    let entry = orders.first { ["entry", "exit"].contains($0["role"] as? String ?? "") }
    if let at = number(entry, "sent_ms") { marks.append(("order-router", "order sending", at)) }
    let id = entry?["client_order_id"] as? String
    if let at = fills.first(where: { $0["client_order_id"] as? String == id }).flatMap({
      number($0, "wall_ms")
    }) {
      marks.append(("venue", "first fill, by its clock", at))
    }
    return zip(marks, marks.dropFirst()).map { from, to in
      Hop(process: to.process, what: to.what, milliseconds: to.at - from.at)
    }
  }

  func object(withHops: Bool) -> Row {
    var object: Row = ["orders": orders, "fills": fills]
    object["decision"] = decision ?? JSONText.null
    object["intent"] = intent ?? JSONText.null
    if withHops {
      object["hops"] = hops.map { hop -> Row in
        ["process": hop.process, "what": hop.what, "ms": hop.milliseconds]
      }
    }
    return object
  }

  func text(withHops: Bool) -> String {
    let word = { (row: Row, key: String) in row[key].map(Table.cell) ?? "-" }
    var lines = [decision.map(ExplainCommand.text) ?? "decision  no longer remembered"]
    if let intent {
      lines.append(
        "\(word(intent, "accepted_at"))  order-router  accepted \(word(intent, "kind")) "
          + "\(word(intent, "instrument")) \(word(intent, "direction")) "
          + "\(word(intent, "quantity")), "
          + "limit \(word(intent, "limit_price")), stop \(word(intent, "stop_price")): "
          + word(intent, "state"))
      lines.append("  intent \(word(intent, "intent"))")
      if let denial = intent["denial"] as? String { lines.append("  denied: \(denial)") }
    } else {
      lines.append("no intent: it became no order")
    }
    for order in orders {
      lines.append(
        "\(word(order, "sent_at"))  order-router  \(word(order, "role")) \(word(order, "side")) "
          + "\(word(order, "quantity")) \(word(order, "type")) \(word(order, "price")): "
          + "\(word(order, "status")), filled \(word(order, "filled"))")
      let said = order["text"] as? String ?? ""
      lines.append(
        "  id \(word(order, "client_order_id"))\(said.isEmpty ? "" : ", venue: \(said)")")
    }
    for fill in fills {
      lines.append(
        "\(word(fill, "time"))  venue  fill \(word(fill, "side")) \(word(fill, "quantity")) at "
          + word(fill, "price"))
    }
    guard withHops else { return lines.joined(separator: "\n") }
    lines.append("")
    lines += hops.map { "\($0.milliseconds) ms  \($0.process): \($0.what)" }
    if hops.isEmpty { lines.append("no two steps with a time are known") }
    return lines.joined(separator: "\n")
  }
}
