import Domain
import Foundation
import Testing

@testable import SimulatedVenue

@Suite("the book is a fold over its records")
struct BookFoldTests {
  private func play(_ seed: UInt64, _ steps: Int = 400) throws -> RandomPlay {
    var play = try RandomPlay(seed: seed)
    for _ in 0..<steps { play.step() }
    return play
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `at every step the records make the machine's book`(_ seed: UInt64) throws {
    var play = try RandomPlay(seed: seed)
    for step in 0..<300 {
      play.step()
      #expect(play.bench.folded == play.bench.book, "seed \(seed), step \(step)")
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `random orders break no law, and no money is made or lost`(_ seed: UInt64) throws {
    var play = try RandomPlay(seed: seed, dollars: seed % 4 == 0 ? 2000 : 1_000_000)
    for step in 0..<600 {
      play.step()
      if step % 200 == 199 { try play.bench.expectLaws("seed \(seed), step \(step)") }
    }
    #expect(play.bench.fills.count > 10, "seed \(seed)")
  }

  @Test func `random orders reach every reason, fill and payment`() throws {
    var reasons: Set<OrderReason> = []
    var types: Set<FillType> = []
    var flows: Set<CashFlow.Kind> = []
    for seed in 100..<130 as Range<UInt64> {
      var play = try RandomPlay(seed: seed, dollars: seed % 2 == 0 ? 500 : 1_000_000)
      for _ in 0..<600 { play.step() }
      for record in play.bench.records {
        switch record.change {
        case .order(_, let reason?, _): reasons.insert(reason)
        case .fill(let fill, _, _): types.insert(fill.type)
        case .cash(let flow): flows.insert(flow.kind)
        default: break
        }
      }
    }
    #expect(types == Set(FillType.allCases))
    #expect(flows == [.funding, .writeOff])
    let unused: Set<OrderReason> = [
      .cancelledByAdmin, .contractExpired, .fullFill, .editNotFound,
    ]
    #expect(reasons == Set(OrderReason.allCases).subtracting(unused))
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `the same requests give the same records, ids included`(_ seed: UInt64) throws {
    let first = try play(seed)
    #expect(try play(seed).bench.records == first.bench.records)
    var other = try RandomPlay(seed: seed, ids: 8)
    for _ in 0..<400 { other.step() }
    #expect(other.bench.records != first.bench.records)
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `the order in which contracts are listed does not matter`(_ seed: UInt64) throws {
    var reversed = try RandomPlay(seed: seed, isReversed: true)
    for _ in 0..<400 { reversed.step() }
    // The bench deposits first and quotes both contracts in the same order.
    #expect(try play(seed).bench.records == reversed.bench.records)
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `a machine over the folded book goes on like the first`(_ seed: UInt64) throws {
    var first = try play(seed).bench
    first.change { $0 = VenuePolicies() }
    for id in [VenueBench.bitcoin, VenueBench.ether] { first.set(of: id) { $0 = .init() } }
    // Only what is held and what the synthetic depth has lost is not in the book: both end here.
    first.advance(100)
    for id in [VenueBench.bitcoin, VenueBench.ether, VenueBench.bitcoin, VenueBench.ether] {
      first.walk([try #require(first.machine.markets[id]).last.ticks], of: id, every: 2000)
    }
    var second = first
    second.machine = VenueMachine(book: first.folded, seed: 7)
    for id in [VenueBench.bitcoin, VenueBench.ether] {
      let point = try #require(first.machine.markets[id])
      second.machine.jump(id, to: point)
      let rate = first.machine.fundingRates[id] ?? 0
      second.machine.setFundingRate(id, rate, now: second.now)
    }
    for price in [51_000, 48_000, 50_000] as [Int64] {
      first.walk([price], every: 2000)
      second.walk([price], every: 2000)
      first.place(.buy, .market, 10, id: "next\(price)")
      second.place(.buy, .market, 10, id: "next\(price)")
    }
    #expect(first.records.suffix(20) == second.records.suffix(20))
    #expect(first.book == second.book)
  }

  /// A hundred thousand operations with the numbers a parser lets through; none may trap.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `no number crashes the venue`(_ seed: UInt64) throws {
    let wanted = ProcessInfo.processInfo.environment["INTERLOCK_OPERATIONS"].flatMap { Int($0) }
    var play = try RandomPlay(
      seed: seed, numbers: .extreme, dollars: seed % 3 == 0 ? 1_000_000_000 : 100_000)
    let steps = (wanted ?? 20_000) / 20
    for step in 1...steps {
      play.step()
      if step % 1000 == 0 { try play.bench.expectLaws("seed \(seed), step \(step)") }
    }
    try play.bench.expectLaws("seed \(seed)")
  }
}
