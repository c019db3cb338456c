import Domain
import Testing

@testable import Ledger

@Suite("what is over is asked for, not loaded")
struct LookupTests {
  let place = TemporaryLedger()

  @Test func `the open scope holds exactly what is not over`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    let all = try ledger.beginEpoch()
    let open = try ledger.beginEpoch(loading: .open)
    #expect(open.intents == all.intents.filter { $0.closedAt == nil })
    let hashes = Set(open.intents.map(\.hash))
    #expect(open.orders == all.orders.filter { hashes.contains($0.intent) })
    #expect(open.locks == all.locks)
    #expect(open.positions == all.positions)
    #expect(open.executions.count == 4)
    #expect(open.executions.isSubset(of: all.executions))
    #expect(open.epoch == all.epoch + 1)
    let counts = try ledger.counts()
    #expect(counts.intentHashes == 6 && counts.openIntents == 3 && counts.locks == 1)
  }

  @Test func `every intent, order and fill is found by its key`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    let all = try ledger.beginEpoch()
    for row in all.intents {
      #expect(try ledger.intent(hash: row.hash) == row)
      #expect(try ledger.intent(signal: row.intent.signal.id) == row)
      #expect(try ledger.orders(of: row.hash) == all.orders.filter { $0.intent == row.hash })
    }
    for row in all.orders { #expect(try ledger.order(row.id) == row) }
    #expect(try ledger.intents(count: 2) == all.intents.suffix(2))
    #expect(try ledger.orders(count: 3) == all.orders.suffix(3))
    let strange = ExecutionID(unchecked: "strange")
    let known = try ledger.knownExecutions([strange] + all.executions)
    #expect(known == all.executions)
  }

  @Test func `the past of a setup counts closed trades that have cooled down`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    let signal = Trade("a").intent.intent.signal
    let past = try ledger.past(of: signal)
    #expect(past.sameSignal?.intent.signal == signal)
    #expect(past.closed.map(\.generation) == [0])
    let cooldown: Int64 = 60_000
    let before = Sample.now.advanced(byMilliseconds: cooldown - 1)
    let after = Sample.now.advanced(byMilliseconds: cooldown)
    #expect(past.generation(now: before, cooldown: cooldown) == 0)
    #expect(past.generation(now: after, cooldown: cooldown) == 1)
    #expect(past.generation(now: after, cooldown: cooldown, inMemory: past.closed) == 1)
  }

  @Test func `a refused or denied decision is remembered and earns no generation`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    for setup in ["b", "c"] {
      let signal = Trade(setup, on: "PF_ETHUSD").intent.intent.signal
      let past = try ledger.past(of: signal)
      #expect(past.closed.count == 1)
      #expect(past.generation(now: Sample.now, cooldown: 0) == 0)
    }
    let unknown = try ledger.past(of: Trade("new").intent.intent.signal)
    #expect(unknown == SetupPast())
  }
}
