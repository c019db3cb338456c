import Domain
import Ledger
import SimulatedVenue

/// What a backtest counts beside its trades.
package struct BacktestTally: Hashable, Sendable {
  var begun = false
  /// Candles that strategies heard.
  package internal(set) var candles = 0
  package internal(set) var signals = 0
  package internal(set) var exits = 0
  package internal(set) var accepted = 0
  package internal(set) var denied = 0
  /// Per reason; one signal may have several.
  package internal(set) var denials: [String: Int] = [:]
  /// Why strategies did nothing, or that they did: by strategy and reason.
  package internal(set) var explanations: [String: [String: Int]] = [:]
  package internal(set) var orders = 0
  package internal(set) var fills = 0
  package internal(set) var rejected: [String: Int] = [:]
  package internal(set) var liquidations = 0
  package internal(set) var alerts: [String: Int] = [:]
  /// Times that a strategy found candles missing.
  package internal(set) var holes = 0

  private static let mostAlerts = 100

  mutating func explain(_ explanation: Explanation) {
    explanations[explanation.strategy.text, default: [:]][explanation.reason, default: 0] += 1
  }

  mutating func decide(_ decision: Decision) {
    switch decision.verdict {
    case .accepted: accepted += 1
    case .denied(let reasons):
      denied += 1
      for reason in reasons { denials[reason.reason.rawValue, default: 0] += 1 }
    }
  }

  mutating func decide(_ decision: ExitDecision) {
    guard case .denied(let reasons) = decision.verdict else { return }
    for reason in reasons { denials["exit \(reason.reason.rawValue)", default: 0] += 1 }
  }

  /// A denial after the acceptance is one, too.
  mutating func note(_ record: LedgerRecord) {
    guard case .orderDenied(_, let denial) = record else { return }
    denials["withdrawn \(denial.reason.rawValue)", default: 0] += 1
  }

  mutating func note(_ order: VenueOrder, _ reason: OrderReason?) {
    switch reason {
    case .placed: orders += 1
    case .liquidation where order.status == .open: liquidations += 1
    default: break
    }
    if order.status == .rejected { rejected[order.word, default: 0] += 1 }
  }

  /// At most so many different ones; the rest is counted together.
  mutating func alert(_ text: String) {
    let key = alerts[text] != nil || alerts.count < Self.mostAlerts ? text : "further alerts"
    alerts[key, default: 0] += 1
  }
}
