import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("exits that strategies ask for")
struct StrategyExitTests {
  let bench: RouterBench

  init() throws {
    bench = try RouterBench()
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
  }

  private var position: Int64 { bench.machine.book.position(Sample.instrument.id).signedLots }

  private let strategy = Sample.intent("a", at: 0).signal.strategy

  private func exit(
    _ name: String = "x", of signal: String = "a", by other: String? = nil, valid: Int64 = 10_000
  ) throws -> ExitProposal {
    ExitProposal(
      id: SignalID(unchecked: name),
      strategy: other.map { StrategyID(unchecked: $0) } ?? strategy,
      instrument: Sample.instrument.id, signal: SignalID(unchecked: signal),
      reason: ExitWord(unchecked: "TEST"), decidedAt: MarketTime(milliseconds: 0),
      validUntil: WallTime(milliseconds: bench.milliseconds + valid))
  }

  private func offer(_ exit: ExitProposal, _ number: UInt64 = 900) throws -> Verdict? {
    try bench.run(.offerExit(number, exit))
    return bench.verdicts[number]
  }

  private func reasons(_ verdict: Verdict?) -> [DenialReason] {
    guard case .denied(let denials) = verdict else { return [] }
    return denials.map(\.reason)
  }

  private var closes: Int { bench.venue.placements.count { $0.type == .market } }

  @Test func `it closes the position at market, reduce-only, and the ledger says for whom`() throws
  {
    #expect(position == 10)
    guard case .accepted(let hash) = try offer(exit()) else {
      Issue.record("the exit is accepted")
      return
    }
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(position == 0)
    #expect(closes == 1)
    #expect(bench.venue.placements.last { $0.type == .market }?.reduceOnly == true)
    let row = try #require(try bench.intents().first { $0.hash == hash })
    guard case .exit(let exit) = row.intent else {
      Issue.record("an exit intent")
      return
    }
    #expect(exit.reason == .strategy && exit.generation == 1)
    try bench.expectNoDrift()
  }

  @Test func `offered again, also on a later candle, it is one exit with one hash`() throws {
    bench.holdsAnswers = true
    let first = try offer(exit(), 900)
    #expect(try offer(exit(), 901) == first)
    #expect(try offer(exit("y"), 902) == first)
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(closes == 1)
    #expect(reasons(try offer(exit(), 903)) == [.nothingToClose])
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(closes == 1)
  }

  @Test func `a foreign strategy, a foreign signal and a late exit close nothing`() throws {
    #expect(reasons(try offer(exit(by: "thief"))) == [.foreignPosition])
    #expect(reasons(try offer(exit(of: "b"))) == [.foreignPosition])
    #expect(reasons(try offer(exit(valid: 0))) == [.expired])
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(closes == 0)
    #expect(position == 10)
  }

  @Test func `beside an operator's close it waits for nothing and adds nothing`() throws {
    bench.holdsAnswers = true
    _ = try bench.command(.flatten(nil, by: "ann", reason: "test"))
    #expect(reasons(try offer(exit())) == [.exitUnderWay])
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(closes == 1)
  }

  @Test func `a router that dies after the commit closes once, whoever asks again`() throws {
    bench.diesBeforeSending = true
    _ = try offer(exit(), 900)
    try bench.restart()
    bench.diesBeforeSending = false
    try bench.pass(milliseconds: 500, upTo: 1000)
    _ = try offer(exit(), 901)
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(position == 0)
    #expect(bench.venue.placements.count { $0.type == .market } == 1)
    try bench.expectNoDrift()
  }
}
