import Domain
import Foundation

/// Ledger events as rows of text: a type word and a JSON object with sorted keys.
enum EventText {
  static func encode(_ body: LedgerEvent.Body) -> (type: String, text: String) {
    let (type, fields) = fields(body)
    return (type, EventJSON.object(fields))
  }

  static func decode(type: String, text: String) throws -> LedgerEvent.Body {
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    guard let fields = object as? [String: Any], let body = body(type, EventFields(fields)) else {
      throw LedgerError.unusable("event \(type) holds no valid body: \(text)")
    }
    return body
  }

  private static func fields(_ body: LedgerEvent.Body) -> (String, [String: Any]) {
    switch body {
    case .intentAccepted(let hash, let intent):
      ("ORDER_INTENT_HASH", intentFields(intent).merging(["intent": "\(hash)"]) { $1 })
    case .intentDenied(let hash, let signal, let denial):
      ("INTENT_DENIED", denialFields(hash, signal, denial))
    case .exitAccepted(let hash, let exit):
      (
        "EXIT_INTENT",
        [
          "intent": "\(hash)", "instrument": exit.instrument.symbol,
          "direction": exit.direction.rawValue, "position": "\(exit.position)",
          "reason": exit.reason.rawValue, "generation": exit.generation,
          "quantity_lots": exit.quantity.lots,
        ]
      )
    case .adopted(let hash, let adoption):
      (
        "ADOPTION",
        [
          "intent": "\(hash)", "instrument": adoption.instrument.symbol,
          "direction": adoption.direction.rawValue, "quantity_lots": adoption.quantity.lots,
          "stop_ticks": adoption.stop.ticks, "number": adoption.number,
        ]
      )
    case .execution(let report):
      (
        "EXECUTION",
        [
          "intent": "\(report.intent)", "signal": report.signal.text,
          "client_order_id": report.clientOrderID.text, "role": report.role.rawValue,
          "instrument": report.instrument.symbol, "status": report.status.rawValue,
          "cumulative_lots": report.cumulativeQuantity.lots, "text": report.text,
        ]
      )
    case .fill(let fill): ("FILL", fillFields(fill))
    case .position(let one):
      ("POSITION", ["instrument": one.instrument.symbol, "signed_lots": one.signedLots])
    case .account(let account):
      (
        "ACCOUNT",
        [
          "equity_micros": account.equity.micros,
          "available_margin_micros": account.availableMargin.micros,
          "wall_ms": account.time.milliseconds,
        ]
      )
    case .tradeClosed(let trade): ("TRADE_CLOSED", RiskEventText.fields(trade))
    case .risk(let change): RiskEventText.fields(change)
    case .state(let text): ("STATE", ["state": text])
    }
  }

  private static func denialFields(
    _ hash: IntentHash, _ signal: SignalID, _ denial: Denial
  ) -> [String: Any] {
    [
      "intent": "\(hash)", "signal": signal.text, "reason": denial.reason.rawValue,
      "detail": denial.detail,
    ]
  }

  private static func intentFields(_ intent: OrderIntent) -> [String: Any] {
    let signal = intent.signal
    return [
      "signal": signal.id.text, "strategy": signal.strategy.text,
      "instrument": signal.instrument.symbol, "direction": signal.direction.rawValue,
      "setup": signal.setup.text, "worst_ticks": signal.worstPrice.ticks,
      "stop_ticks": signal.stop.ticks, "decided_ms": signal.decidedAt.milliseconds,
      "valid_until_ms": signal.validUntil.milliseconds, "quantity_lots": intent.quantity.lots,
      "equity_micros": intent.equity.micros,
      "take_profit_ticks": signal.takeProfits.map(\.ticks),
    ]
  }

  private static func fillFields(_ fill: Fill) -> [String: Any] {
    var fields: [String: Any] = [
      "execution_id": fill.id.text, "instrument": fill.instrument.symbol,
      "side": fill.side.rawValue, "quantity_lots": fill.quantity.lots,
      "wall_ms": fill.time.milliseconds, "venue_order_id": fill.venueOrderID.text,
    ]
    fields["price_ticks"] = fill.price?.ticks
    fields["client_order_id"] = fill.clientOrderID?.text
    return fields
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
    default: return RiskEventText.body(type, fields)
    }
  }
}
