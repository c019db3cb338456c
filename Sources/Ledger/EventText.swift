import Domain
import Foundation

/// Ledger events as rows of text: a type word and a JSON object with sorted keys.
enum EventText {
  static func encode(_ body: LedgerEvent.Body) -> (type: String, text: String) {
    let (type, object) = object(body)
    return (type, object.text)
  }

  static func decode(type: String, text: String) throws -> LedgerEvent.Body {
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    guard let fields = object as? [String: Any], let body = body(type, EventFields(fields)) else {
      throw LedgerError.unusable("event \(type) holds no valid body: \(text)")
    }
    return body
  }

  private static func object(_ body: LedgerEvent.Body) -> (String, EventObject) {
    var object = EventObject()
    switch body {
    case .intentAccepted(let hash, let intent):
      add(intent, hash, to: &object)
      return ("ORDER_INTENT_HASH", object)
    case .intentDenied(let hash, let signal, let denial):
      object.add("detail", denial.detail)
      object.add("intent", hash.description)
      object.add("reason", denial.reason.rawValue)
      object.add("signal", signal.text)
      return ("INTENT_DENIED", object)
    case .exitAccepted(let hash, let exit):
      object.add("direction", exit.direction.rawValue)
      object.add("generation", Int64(exit.generation))
      object.add("instrument", exit.instrument.symbol)
      object.add("intent", hash.description)
      object.add("position", exit.position.description)
      object.add("quantity_lots", exit.quantity.lots)
      object.add("reason", exit.reason.rawValue)
      return ("EXIT_INTENT", object)
    case .adopted(let hash, let adoption):
      object.add("direction", adoption.direction.rawValue)
      object.add("instrument", adoption.instrument.symbol)
      object.add("intent", hash.description)
      object.add("number", Int64(adoption.number))
      object.add("quantity_lots", adoption.quantity.lots)
      object.add("stop_ticks", adoption.stop.ticks)
      return ("ADOPTION", object)
    case .execution(let report):
      add(report, to: &object)
      return ("EXECUTION", object)
    case .fill(let fill):
      add(fill, to: &object)
      return ("FILL", object)
    case .position(let position):
      object.add("instrument", position.instrument.symbol)
      object.add("signed_lots", position.signedLots)
      return ("POSITION", object)
    case .account(let account):
      object.add("available_margin_micros", account.availableMargin.micros)
      object.add("equity_micros", account.equity.micros)
      object.add("wall_ms", account.time.milliseconds)
      return ("ACCOUNT", object)
    case .state(let text):
      object.add("state", text)
      return ("STATE", object)
    }
  }

  private static func add(
    _ intent: OrderIntent, _ hash: IntentHash, to object: inout EventObject
  ) {
    let signal = intent.signal
    object.add("decided_ms", signal.decidedAt.milliseconds)
    object.add("direction", signal.direction.rawValue)
    object.add("equity_micros", intent.equity.micros)
    object.add("instrument", signal.instrument.symbol)
    object.add("intent", hash.description)
    object.add("quantity_lots", intent.quantity.lots)
    object.add("setup", signal.setup.text)
    object.add("signal", signal.id.text)
    object.add("stop_ticks", signal.stop.ticks)
    object.add("strategy", signal.strategy.text)
    object.add("take_profit_ticks", signal.takeProfits.map(\.ticks))
    object.add("valid_until_ms", signal.validUntil.milliseconds)
    object.add("worst_ticks", signal.worstPrice.ticks)
  }

  private static func add(_ report: ExecutionReport, to object: inout EventObject) {
    object.add("client_order_id", report.clientOrderID.text)
    object.add("cumulative_lots", report.cumulativeQuantity.lots)
    object.add("instrument", report.instrument.symbol)
    object.add("intent", report.intent.description)
    object.add("role", report.role.rawValue)
    object.add("signal", report.signal.text)
    object.add("status", report.status.rawValue)
    object.add("text", report.text)
  }

  private static func add(_ fill: Fill, to object: inout EventObject) {
    if let id = fill.clientOrderID { object.add("client_order_id", id.text) }
    object.add("execution_id", fill.id.text)
    object.add("instrument", fill.instrument.symbol)
    if let price = fill.price { object.add("price_ticks", price.ticks) }
    object.add("quantity_lots", fill.quantity.lots)
    object.add("side", fill.side.rawValue)
    object.add("venue_order_id", fill.venueOrderID.text)
    object.add("wall_ms", fill.time.milliseconds)
  }

  private static func body(_ type: String, _ fields: EventFields) -> LedgerEvent.Body? {
    switch type {
    case "ORDER_INTENT_HASH":
      guard let hash = fields.hash, let intent = fields.intent else { return nil }
      return .intentAccepted(hash, intent)
    case "EXIT_INTENT":
      guard let hash = fields.hash, let exit = fields.exit else { return nil }
      return .exitAccepted(hash, exit)
    case "ADOPTION":
      guard let hash = fields.hash, let adoption = fields.adoption else { return nil }
      return .adopted(hash, adoption)
    case "INTENT_DENIED":
      guard let hash = fields.hash, let signal: SignalID = fields.name("signal"),
        let reason = fields.text("reason").flatMap(DenialReason.init(rawValue:)),
        let detail = fields.text("detail")
      else { return nil }
      return .intentDenied(hash, signal, Denial(reason, detail))
    case "EXECUTION": return fields.report.map { .execution($0) }
    case "FILL": return fields.fill.map { .fill($0) }
    case "POSITION":
      guard let instrument = fields.instrument, let lots = fields.number("signed_lots") else {
        return nil
      }
      return .position(Position(instrument: instrument, signedLots: lots))
    case "ACCOUNT": return fields.account.map { .account($0) }
    case "STATE": return fields.text("state").map { .state($0) }
    default: return nil
    }
  }
}
