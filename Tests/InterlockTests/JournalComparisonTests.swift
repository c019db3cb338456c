import Simulation
import Testing

@testable import Interlock

@Suite("a run beside a backtest")
struct JournalComparisonTests {
  /// One accepted decision with these fills: role, quantity, price.
  private func journal(_ fills: [(String, String, String)], accepted: Bool = true) -> TradeJournal {
    var journal = TradeJournal()
    journal.decisions = [
      TradeJournal.Decision(
        signal: "s", instrument: "PF_XBTUSD", direction: "long", setup: "a", decided_ms: 60_000,
        accepted: accepted, reasons: accepted ? [] : ["MAX_NOTIONAL"])
    ]
    guard accepted else { return journal }
    journal.intents = [
      TradeJournal.Intent(
        signal: "s", quantity: "2", limit_price: "100", stop_price: "90", take_profits: ["110"])
    ]
    journal.fills = fills.map { role, quantity, price in
      TradeJournal.Fill(signal: "s", role: role, quantity: quantity, price: price)
    }
    return journal
  }

  private let stopped = [("entry", "2", "99"), ("stop", "2", "90")]

  private func undeclared(_ run: [(String, String, String)]) -> [String] {
    JournalComparison(run: journal(run), backtest: journal(stopped)).undeclared.map(\.what)
  }

  @Test func `the same says nothing`() {
    let same = JournalComparison(run: journal(stopped), backtest: journal(stopped))
    #expect(same.differences.isEmpty && same.decisions == 1 && same.trades == 1)
  }

  @Test func `another price of a fill is an effect of latency`() {
    let run = [("entry", "2", "99.5"), ("stop", "2", "89.9")]
    let found = JournalComparison(run: journal(run), backtest: journal(stopped))
    #expect(found.differences.count == 2 && found.undeclared.isEmpty)
  }

  @Test func `a position that left another way is a difference`() {
    #expect(
      undeclared([("entry", "2", "99"), ("take_profit_1", "2", "110")])
        == ["fills of stop", "fills of take_profit_1"])
    #expect(
      undeclared([("entry", "2", "99"), ("take_profit_1", "1", "110"), ("stop", "1", "90")])
        == ["fills of stop", "fills of take_profit_1"])
  }

  @Test func `a way out that is missing because the position is still open is none`() {
    #expect(undeclared([("entry", "2", "99")]).isEmpty)
  }

  @Test func `a verdict for another reason than being late is a difference`() {
    let found = JournalComparison(run: journal([], accepted: false), backtest: journal(stopped))
    #expect(found.undeclared.map(\.what) == ["verdict"])
  }
}
