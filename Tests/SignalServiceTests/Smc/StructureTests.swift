import Domain
import Testing

@testable import SignalService

@Suite("structures")
struct StructureTests {
  /// Twenty quiet hours, a bar against the move, the move, and what follows.
  private static func block(_ after: [Int64] = [1040, 1041]) -> [Bar] {
    let quiet: [Int64] = (0..<30).map { $0.isMultiple(of: 2) ? 1000 : 1004 }
    return Hours.path(quiet + [1010, 1000, 1030] + after)
  }

  @Test func `an order block is the last bar against a move that displaced price`() throws {
    let bars = Self.block()
    let block = try #require(OrderBlock(Hours.window(bars), .long, lookback: 20))
    #expect(block.index == 30 && block.low == 999 && block.high == 1011 && block.open == 1010)
    #expect(block.nearEdge == 1011 && block.farEdge == 999)
    #expect(OrderBlock(Hours.window(bars), .long, lookback: 2) == nil)
    #expect(OrderBlock(Hours.window(Array(bars.prefix(2))), .long, lookback: 20) == nil)
    #expect(OrderBlock(Hours.window(Array(bars.prefix(3))), .long, lookback: 20) == nil)
  }

  @Test func `a move of one and a half median ranges is enough, a tick less is not`() {
    // Ranges of six; the move has a range of nine, then of eight.
    let quiet: [Int64] = (0..<30).map { $0.isMultiple(of: 2) ? 1000 : 1004 }
    let enough = Hours.path(quiet + [1000, 1007, 1008])
    #expect(OrderBlock(Hours.window(enough), .long, lookback: 3)?.index == 29)
    let short = Hours.path(quiet + [1000, 1006, 1008])
    #expect(OrderBlock(Hours.window(short), .long, lookback: 3) == nil)
  }

  @Test func `an entry mode names a price inside the block`() throws {
    let block = try #require(OrderBlock(Hours.window(Self.block()), .long, lookback: 20))
    let price = { (mode: SmcParameters.EntryMode) in
      block.price(mode, discount: 0.25, scale: .ticks).description
    }
    #expect(price(.mid) == "1005")
    #expect(price(.open) == "1010")
    #expect(price(.discount) == "1002.00")
    #expect(price(.highLow) == "1011")
  }

  @Test func `a gap counts until a later bar touches it`() throws {
    let gap = Hours.path([100, 101, 110, 111, 112])
    let found = try #require(FairValueGap(Hours.window(gap), .long))
    #expect(found.index == 0 && found.bottom == 102 && found.top == 109)
    #expect(FairValueGap(Hours.window(gap), .short) == nil)
    let touched = gap + [Hours.bar(4, open: 112, high: 113, low: 109, close: 112)]
    #expect(FairValueGap(Hours.window(touched), .long) == nil)
    #expect(FairValueGap(Hours.window(Array(gap.prefix(2))), .long) == nil)
  }

  @Test func `S-23: the least size and the way a gap closes are read`() {
    let gap = Hours.path([100, 101, 110, 111, 112])
    let find = { (bars: [Bar], size: Double, mode: SmcParameters.Mitigation, fill: Double) in
      FairValueGap(
        Hours.window(bars), .long, leastSize: size, mitigation: mode, partialFill: fill)
    }
    #expect(find(gap, 0.06, .touched, 0.5) != nil)
    #expect(find(gap, 0.07, .touched, 0.5) == nil)
    let half = gap + [Hours.bar(4, open: 112, high: 113, low: 106, close: 112)]
    #expect(find(half, 0, .touched, 0.5) == nil)
    #expect(find(half, 0, .partial, 0.5) != nil)
    #expect(find(half, 0, .partial, 0.4) == nil)
    #expect(find(half, 0, .full, 0.4) != nil)
    let full = gap + [Hours.bar(4, open: 112, high: 113, low: 102, close: 112)]
    #expect(find(full, 0, .full, 0.4) == nil)
  }

  @Test func `a break is of the newest bars against the rest of ten`() {
    let flat = Array(repeating: Int64(100), count: 14)
    let rising = Hours.path(flat + [100, 103])
    #expect(StructureBreak.isBroken(Hours.window(rising), .long, count: 3))
    #expect(!StructureBreak.isBroken(Hours.window(rising), .short, count: 3))
    // Eleven hours ago is not looked at, and nine leave one bar to compare with.
    let old = Hours.path([100, 120] + flat + [100, 103])
    #expect(StructureBreak.isBroken(Hours.window(old), .long, count: 3))
    #expect(StructureBreak.isBroken(Hours.window(rising), .long, count: 9))
    #expect(!StructureBreak.isBroken(Hours.window(Array(rising.prefix(7))), .long, count: 3))
  }

  @Test func `swings that rise are bullish, that fall bearish, that do neither neutral`() throws {
    let read = { (up: Int64, down: Int64) in
      StructureReading(
        Hours.window(Hours.swinging(Hours.zigzag(from: 5000, up: up, down: down, legs: 9))))
    }
    #expect(try #require(read(80, 40)).structure == .bullish)
    #expect(try #require(read(40, 80)).structure == .bearish)
    #expect(try #require(read(80, 80)).structure == .neutral)
    let short = Hours.swinging(Hours.zigzag(from: 5000, up: 80, down: 40, legs: 6))
    #expect(StructureReading(Hours.window(Array(short.prefix(24)))) == nil)
    #expect(StructureReading(Hours.window(Hours.path(Array(repeating: 7, count: 40)))) == nil)
  }

  @Test(arguments: 1...40)
  func `the mirror image of a market has the mirrored structures`(_ seed: UInt64) {
    let bars = Bars.walk(300, seed: seed).map { Bar($0, scale: .ticks) }
    let mirror = Hours.mirrored(bars, around: 1_000_000)
    let (one, other) = (Hours.window(bars), Hours.window(mirror))
    let sides: [(Direction, Direction)] = [(.long, .short), (.short, .long)]
    for (side, opposite) in sides {
      let block = OrderBlock(one, side, lookback: 50)
      let mirrored = OrderBlock(other, opposite, lookback: 50)
      #expect(block?.index == mirrored?.index)
      #expect(block.map { 1_000_000 - $0.high } == mirrored?.low)
      let gap = FairValueGap(one, side)
      #expect(gap?.index == FairValueGap(other, opposite)?.index)
      #expect(
        StructureBreak.isBroken(one, side, count: 3)
          == StructureBreak.isBroken(other, opposite, count: 3))
    }
    let structures = [StructureReading(one), StructureReading(other)].map { $0?.structure }
    let opposites: [MarketStructure: MarketStructure] = [.bullish: .bearish, .bearish: .bullish]
    #expect(structures[0].map { opposites[$0] ?? $0 } == structures[1])
    // S-14: long levels from the high are the mirror of short levels from the low.
    if let range = FibonacciRange(one), let reflected = FibonacciRange(other) {
      for ratio in FibonacciRange.ratios {
        #expect(
          range.level(ratio, from: .high) == 1_000_000_000 - reflected.level(ratio, from: .low))
      }
    }
  }
}
