import Domain
import Testing

@testable import SimulatedVenue

@Suite("the book is a fold over its records")
struct BookFoldTests {
  /// Two hundred random requests and price moves of one seed.
  private func play(_ seed: UInt64, id idSeed: UInt64 = 7) throws -> VenueBench {
    var bench = try VenueBench(seed: idSeed)
    var random = SplitMix(seed: seed)
    var price: Int64 = 50_000
    for step in 0..<200 {
      switch random.whole(0...9) {
      case 0...5: try order(&bench, &random, price, step)
      case 6: bench.cancel(pick(bench, &random))
      case 7:
        bench.edit(
          pick(bench, &random), lots: Int64(random.whole(0...20_000)),
          isRelative: random.whole(0...1) == 0,
          limit: random.whole(0...1) == 0 ? price + Int64(random.whole(0...400)) - 200 : nil)
      default:
        price += Int64(random.whole(0...1000)) - 500
        if random.whole(0...3) == 0 { bench.jump(price) } else { bench.walk([price]) }
      }
    }
    return bench
  }

  private func order(
    _ bench: inout VenueBench, _ random: inout SplitMix, _ price: Int64, _ step: Int
  ) throws {
    let kind = try #require(VenueOrderKind.allCases.randomElement(using: &random))
    let before = bench.position()
    let isReducing = random.whole(0...2) == 0
    let side: Side = random.whole(0...1) == 0 ? .buy : .sell
    bench.place(
      side, kind, Int64(random.whole(0...15_000)),
      limit: random.whole(0...3) == 0 ? nil : price + Int64(random.whole(0...400)) - 200,
      trigger: kind.isTrigger ? price + Int64(random.whole(0...400)) - 200 : nil,
      reduceOnly: isReducing, id: random.whole(0...9) == 0 ? nil : "c\(random.whole(0...150))")
    if isReducing, !kind.isTrigger {
      let after = bench.position()
      #expect(abs(after) <= abs(before) && after.signum() * before.signum() >= 0, "step \(step)")
    }
  }

  /// Mostly an open order, sometimes any.
  private func pick(_ bench: VenueBench, _ random: inout SplitMix) -> VenueOrderID? {
    let ids = random.whole(0...3) == 0 ? bench.book.received : bench.book.open
    return ids.randomElement(using: &random)
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `random orders break no law`(seed: UInt64) throws {
    let bench = try play(seed)
    bench.expectLaws("seed \(seed)")
    #expect(!bench.book.fills.isEmpty)
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `its records give the same book again`(seed: UInt64) throws {
    let bench = try play(seed)
    var again = VenueBook(instruments: bench.instruments)
    for record in bench.records { again.apply(record) }
    #expect(again == bench.book)
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `the same requests give the same records, ids included`(seed: UInt64) throws {
    #expect(try play(seed).records == play(seed).records)
    #expect(try play(seed).records != play(seed, id: 8).records)
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `a machine over the replayed book goes on like the first`(seed: UInt64) throws {
    var bench = try play(seed)
    var book = VenueBook(instruments: bench.instruments)
    for record in bench.records { book.apply(record) }
    var other = bench
    other.machine = VenueMachine(book: book, seed: 7)
    bench.walk([51_000])
    other.walk([51_000])
    bench.place(.buy, .market, 10, id: "next")
    other.place(.buy, .market, 10, id: "next")
    #expect(
      bench.book.orders.keys.sorted { $0.text < $1.text }
        == other.book.orders.keys.sorted { $0.text < $1.text })
    #expect(bench.book.position(bench.instruments[0].id) == bench.position())
  }

  @Test func `money is conserved: balance is start, results and fees`() throws {
    for seed in 50...60 as ClosedRange<UInt64> {
      var bench = try play(seed)
      for id in bench.book.open { bench.cancel(id) }
      let lots = bench.position()
      if lots != 0 { bench.place(lots > 0 ? .sell : .buy, .market, abs(lots), reduceOnly: true) }
      try #require(bench.position() == 0)
      let instrument = bench.instruments[0]
      let flow = try bench.book.fills.reduce(Int64(0)) { sum, fill in
        let notional = try #require(
          instrument.notional(fill.price, fill.quantity, rounding: .nearest))
        return sum - Int64(fill.side.sign) * notional.micros - fill.fee.micros
      }
      #expect(bench.book.balance.micros == bench.book.startBalance.micros + flow, "seed \(seed)")
    }
  }
}
