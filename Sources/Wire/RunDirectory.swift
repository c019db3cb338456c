/// The endpoints of one pipeline: `open/` is for whom the operator lets in, `core/` for the stages.
package struct RunDirectory: Hashable, Sendable {
  /// The longest path a Unix socket address holds beside its final zero.
  private static let longestPath = 107

  private let folder: String

  /// Throws `pathTooLong` when the longest endpoint would not fit.
  package init(_ path: String) throws(WireError) {
    folder = path
    let longest = "\(path)/open/market-snapshot.ipc"
    guard longest.utf8.count <= Self.longestPath else { throw .pathTooLong(longest) }
  }

  /// XPUB of market-data: candles, tickers, instruments.
  package var market: String { open("market") }
  /// XPUB of market-data: single trades.
  package var trades: String { open("trades") }
  /// ROUTER of market-data: where a listener of `market` starts.
  package var marketSnapshot: String { open("market-snapshot") }
  /// Link of risk-gate: signals in, verdicts out.
  package var signals: String { open("signals") }
  /// XPUB of tap-relay: everything.
  package var tap: String { open("tap") }
  /// Link of order-router: intents in, verdicts out.
  package var intents: String { core("intents") }
  /// XPUB of order-router: ledger events.
  package var events: String { core("events") }
  /// ROUTER of order-router: ledger events from a number on.
  package var replay: String { core("replay") }
  /// XPUB of signal-service: signals.
  package var signalTap: String { core("signal-tap") }
  /// XPUB of risk-gate: decisions.
  package var decisionTap: String { core("decision-tap") }

  private func open(_ name: String) -> String { "ipc://\(folder)/open/\(name).ipc" }
  private func core(_ name: String) -> String { "ipc://\(folder)/core/\(name).ipc" }
}
