import Domain
import Ledger

/// What is said in the log of a record, once it is durable.
enum RouterLog {
  /// Nil for a record that others tell better.
  static func line(_ record: LedgerRecord) -> (String, KeyValuePairs<String, String>)? {
    switch record {
    case .intentAccepted(let row):
      (
        "intent accepted",
        ["intent": "\(row.hash)", "kind": row.intent.kind.rawValue, "signal": "\(row.name)"]
      )
    case .intentDenied(_, let signal, let denial):
      ("intent denied", ["signal": "\(signal)", "denial": "\(denial)"])
    case .orderSending(let row):
      (
        "order sending",
        ["id": "\(row.id)", "role": row.role.rawValue, "instrument": "\(row.instrument)"]
      )
    case .orderDenied(let id, let denial):
      ("order withdrawn", ["id": "\(id)", "denial": "\(denial)"])
    case .orderStatus(let id, let status, _, let text):
      ("order", ["id": "\(id)", "status": status.rawValue, "text": text])
    case .changeSending(let id, let change):
      ("change sending", ["id": "\(id)", "change": change.what.name])
    case .changeEnded(let id, let taken): ("change", ["id": "\(id)", "taken": "\(taken)"])
    case .changeDoubtful(let id): ("change in doubt", ["id": "\(id)"])
    case .fill(let fill, let id):
      ("fill", ["id": "\(fill.id)", "order": "\(id)", "lots": "\(fill.quantity.lots)"])
    case .adjustment(let adjustment):
      (
        "position adjusted",
        [
          "instrument": "\(adjustment.instrument)", "from": "\(adjustment.from)",
          "to": "\(adjustment.to)", "why": adjustment.why,
        ]
      )
    case .frozen(let instrument, let why):
      ("entries", ["instrument": "\(instrument)", "frozen": why ?? "no"])
    case .state(let text): ("state", ["text": text])
    case .resolution(let id, let by, let reason):
      ("order resolved", ["id": "\(id)", "by": by, "reason": reason])
    case .tradeClosed(let trade):
      (
        "trade closed",
        [
          "instrument": "\(trade.instrument)", "signal": "\(trade.signal)",
          "end": trade.end.rawValue, "net": trade.net?.description ?? "unknown",
        ]
      )
    case .risk(let change): line(change)
    case .intentState, .intentClosed, .position, .account, .property: nil
    }
  }

  /// Figures are told by `interlock risk`.
  private static func line(_ change: RiskChange) -> (String, KeyValuePairs<String, String>)? {
    switch change {
    case .figure: nil
    case .locked(let lock):
      (
        "entries locked",
        [
          "kind": lock.kind.rawValue, "scope": "\(lock.scope)",
          "until_ms": lock.until.map { "\($0.milliseconds)" } ?? "unlocked by a person",
          "why": lock.why, "by": lock.by,
        ]
      )
    case .unlocked(let key, _, let by, let why):
      (
        "entries unlocked",
        ["kind": key.kind.rawValue, "scope": "\(key.scope)", "by": by, "why": why]
      )
    case .limit(let change):
      (
        "limit",
        [
          "key": change.key, "from": "\(change.from)", "to": "\(change.to)",
          "state": change.state.rawValue, "by": change.by, "why": change.why,
        ]
      )
    case .tradingState(let state):
      ("trading state", ["state": state.word, "why": state.why, "by": state.by])
    }
  }
}
