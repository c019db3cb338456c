import Testing

@testable import Domain

@Suite("decisions")
struct DecisionTests {
  private static func signal(
    _ direction: Direction, worst: Int64, stop: Int64, takeProfit: Int64?,
    strategy: String = "s", setup: String = "t", symbol: String = "PF_XBTUSD"
  ) throws -> Signal {
    Signal(
      id: SignalID(unchecked: "i"), strategy: StrategyID(unchecked: strategy),
      instrument: try #require(InstrumentID(symbol)), direction: direction,
      setup: SetupID(unchecked: setup), worstPrice: Price(ticks: worst), stop: Price(ticks: stop),
      takeProfits: takeProfit.map { [Price(ticks: $0)] } ?? [],
      decidedAt: MarketTime(milliseconds: 0),
      validUntil: WallTime(milliseconds: 0))
  }

  @Test(
    arguments: [
      (Direction.long, 100, 90, nil, true), (.long, 100, 90, 110, true),
      (.long, 100, 100, nil, false),
      (.long, 100, 110, nil, false), (.long, 100, 90, 100, false), (.long, 100, 90, 95, false),
      (.short, 100, 110, nil, true), (.short, 100, 110, 90, true), (.short, 100, 90, nil, false),
      (.short, 100, 110, 120, false), (.short, 100, 110, 0, false), (.short, 100, 110, -5, false),
      (.long, 0, -1, nil, false), (.long, 100, 0, nil, false), (.long, -1, -2, nil, false),
      // From outside, where nothing bounds them.
      (.long, 1, Int64.min, nil, false), (.long, 1, 1, Int64.min, false),
      (.short, Int64.max, Int64.min, Int64.min, false), (.long, Int64.max, 1, Int64.max, false),
      (.short, Int64.min, Int64.max, Int64.max, false),
    ] as [(Direction, Int64, Int64, Int64?, Bool)])
  func `a signal is coherent when stop and profit lie on their sides`(
    direction: Direction, worst: Int64, stop: Int64, takeProfit: Int64?, coherent: Bool
  ) throws {
    let signal = try Self.signal(direction, worst: worst, stop: stop, takeProfit: takeProfit)
    #expect(signal.isCoherent == coherent)
  }

  private static func key(
    _ account: String, _ symbol: String, _ strategy: String, _ direction: Direction,
    _ setup: String, _ generation: Int
  ) throws -> IntentKey {
    IntentKey(
      account: AccountID(unchecked: account),
      signal: try signal(
        direction, worst: 2, stop: 1, takeProfit: nil, strategy: strategy, setup: setup,
        symbol: symbol), rearmGeneration: generation)
  }

  @Test(arguments: seeds)
  func `different keys never have the same bytes, wherever a field ends`(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    // Few letters and short fields, so that neighbours could easily be mistaken for each other.
    func word() -> String {
      (0..<Int.random(in: 1...3, using: &random))
        .map { _ in Bool.random(using: &random) ? "A" : "1" }.joined()
    }
    var known: [[UInt8]: IntentKey] = [:]
    for _ in 0..<500 {
      let key = try Self.key(
        word(), word(), word(), Bool.random(using: &random) ? .long : .short, word(),
        Int.random(in: 0...12, using: &random))
      if let twin = known[key.canonicalBytes] { #expect(twin == key) }
      known[key.canonicalBytes] = key
    }
    #expect(known.count > 300)
  }

  @Test func `a letter moved to the next field makes another key`() throws {
    let keys = [
      try Self.key("AB", "C", "D", .long, "E", 1), try Self.key("A", "BC", "D", .long, "E", 1),
      try Self.key("AB", "CD", "D", .long, "E", 1), try Self.key("AB", "C", "DE", .long, "E", 1),
      try Self.key("AB", "C", "D", .short, "E", 1), try Self.key("AB", "C", "D", .long, "E1", 1),
      try Self.key("AB", "C", "D", .long, "E", 11),
    ]
    #expect(Set(keys.map(\.canonicalBytes)).count == keys.count)
  }

  @Test func `size, prices and times are no part of the key`() throws {
    let one = try Self.signal(.long, worst: 100, stop: 90, takeProfit: nil)
    let other = try Self.signal(.long, worst: 101, stop: 80, takeProfit: 200)
    let account = AccountID(unchecked: "a")
    #expect(
      IntentKey(account: account, signal: one, rearmGeneration: 0).canonicalBytes
        == IntentKey(account: account, signal: other, rearmGeneration: 0).canonicalBytes)
  }

  @Test(arguments: ["x", "ä", "日", "👩‍👩‍👧‍👦", "e\u{301}"])
  func `a denial's detail has at most 256 bytes`(character: String) {
    let denial = Denial(.maxNotional, String(repeating: character, count: 300))
    #expect(denial.detail.utf8.count <= 256)
    #expect(denial.detail.utf8.count > 256 - character.utf8.count)
    #expect(Denial(.expired, "a=1").detail == "a=1")
    #expect(Denial(.expired).description == "EXPIRED")
    #expect(Denial(.expired, "a=1").description == "EXPIRED: a=1")
  }

  @Test func `directions, sides and positions are each other's mirror`() throws {
    for direction in Direction.allCases {
      #expect(direction.entrySide == direction.exitSide.opposite)
    }
    let id = try #require(InstrumentID("PF_XBTUSD"))
    for (lots, direction) in [(3, Direction.long), (-3, .short), (0, nil)] as [(Int64, Direction?)]
    {
      let position = Position(instrument: id, signedLots: lots)
      #expect(position.direction == direction)
      #expect(position.quantity.lots == abs(lots))
      #expect(position.isFlat == (lots == 0))
    }
    #expect(Position(instrument: id, signedLots: .min).quantity.lots == .max)
  }
}
