import Domain
import Testing

@testable import Ledger

@Suite("what is over is asked for, not loaded")
struct LookupTests {
  let place = TemporaryLedger()

  @Test func `every intent, order and fill is found by its key`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    let intents = try ledger.intents(count: 100)
    let orders = try ledger.orders(count: 100)
    #expect(intents.count == 8 && orders.count == 12)
    for row in intents {
      #expect(try ledger.intent(hash: row.hash) == row)
      #expect(try ledger.intent(signal: row.name) == row)
      #expect(try ledger.orders(of: row.hash) == orders.filter { $0.intent == row.hash })
    }
    for row in orders { #expect(try ledger.order(row.id) == row) }
    #expect(try ledger.order(ClientOrderID(unchecked: "strange")) == nil)
    let open = try ledger.beginEpoch()
    #expect(open.intents == intents.filter { $0.closedAt == nil })
  }

  @Test func `the past of a setup says what was traded, refused, denied and pruned`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    let traded = try ledger.past(of: Trade("a").signal)
    #expect(traded.sameSignal?.hash == Trade("a").intent.hash)
    #expect(traded.closed.map(\.generation) == [0] && traded.closed.map(\.traded) == [true])
    for setup in ["b", "c"] {
      let past = try ledger.past(of: Trade(setup, on: "PF_ETHUSD").signal)
      #expect(past.closed.map(\.traded) == [false])
    }
    #expect(try ledger.past(of: Trade("new").signal) == SetupPast())
  }
}
