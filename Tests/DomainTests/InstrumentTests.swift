import Testing

@testable import Domain

@Suite("an instrument's steps")
struct InstrumentTests {
  static func instrument(tick: String, lot: String) throws -> Instrument {
    let id = try #require(InstrumentID("PF_XBTUSD"))
    let tickSize = try #require(ExactDecimal(tick))
    let lotSize = try #require(ExactDecimal(lot))
    let margin = try #require(ExactDecimal("0.02"))
    return try #require(
      Instrument(
        id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: Quantity(lots: 1000),
        initialMargin: margin, makerProtectionMilliseconds: 0, tradeable: true))
  }

  static let steps = [
    ("1", "0.0001"), ("0.5", "1"), ("0.1", "0.001"), ("0.01", "0.01"), ("0.0000000001", "1000"),
    ("0.25", "0.3"), ("5", "10"), ("0.000007", "0.7"),
  ]

  @Test(arguments: steps)
  func `prices and quantities go to text and back exactly`(tick: String, lot: String) throws {
    let instrument = try Self.instrument(tick: tick, lot: lot)
    var random = SeededNumbers(seed: 1)
    for _ in 0..<500 {
      let price = Price(ticks: random.mantissa() / 1000)
      let decimal = try #require(instrument.decimal(price))
      #expect(instrument.price(exactly: decimal) == price)
      for rounding in [Rounding.down, .up, .nearest] {
        #expect(instrument.price(decimal, rounding: rounding) == price)
      }
      let quantity = Quantity(lots: abs(random.mantissa() / 1000))
      let contracts = try #require(ExactDecimal(instrument.text(quantity)))
      #expect(instrument.quantity(exactly: contracts) == quantity)
    }
  }

  @Test(arguments: steps)
  func `a number between two steps is moved in the named direction`(
    tick: String, lot: String
  ) throws {
    let instrument = try Self.instrument(tick: tick, lot: lot)
    var random = SeededNumbers(seed: 2)
    for _ in 0..<500 {
      let decimal = try #require(
        ExactDecimal(
          mantissa: random.mantissa() / 1_000_000,
          exponent: Int.random(in: -12...(-3), using: &random)))
      let down = try #require(instrument.price(decimal, rounding: .down))
      let up = try #require(instrument.price(decimal, rounding: .up))
      let nearest = try #require(instrument.price(decimal, rounding: .nearest))
      #expect(try #require(instrument.decimal(down)) <= decimal)
      #expect(try #require(instrument.decimal(up)) >= decimal)
      #expect(up.ticks - down.ticks <= 1)
      #expect(nearest == down || nearest == up)
      #expect((instrument.price(exactly: decimal) != nil) == (down == up))
      #expect((instrument.quantity(decimal, rounding: .down) == nil) == (decimal < .zero))
    }
  }

  @Test(arguments: seeds)
  func `no pair of number and step overflows`(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<200 {
      let size = random.decimal()
      guard size > .zero else { continue }
      let instrument = try Self.instrument(tick: size.description, lot: size.description)
      let decimal = random.decimal()
      let down = instrument.price(decimal, rounding: .down)
      if let down, let back = instrument.decimal(down) { #expect(back <= decimal) }
      if let up = instrument.price(decimal, rounding: .up), let down {
        #expect((0...1).contains(up.ticks - down.ticks))
      }
      _ = instrument.text(Price(ticks: Int64(bitPattern: random.next())))
      _ = instrument.notional(
        Price(ticks: Int64(bitPattern: random.next())), Quantity(lots: Int64.max),
        rounding: .nearest)
    }
  }

  @Test func `a number far below a step is rounded like any other`() throws {
    let instrument = try Self.instrument(tick: "1000", lot: "1000")
    let tiny = try #require(ExactDecimal("1e-30"))
    #expect(instrument.price(tiny, rounding: .down)?.ticks == 0)
    #expect(instrument.price(tiny, rounding: .up)?.ticks == 1)
    #expect(instrument.price(tiny, rounding: .nearest)?.ticks == 0)
    let below = try #require(ExactDecimal("-1e-30"))
    #expect(instrument.price(below, rounding: .down)?.ticks == -1)
    #expect(instrument.price(below, rounding: .up)?.ticks == 0)
    #expect(instrument.price(below, rounding: .nearest)?.ticks == 0)
    #expect(instrument.quantity(tiny, rounding: .down) == .zero)
    #expect(instrument.price(exactly: tiny) == nil)
  }

  @Test(arguments: seeds)
  func `notional is the product, rounded as named`(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    let (tick, lot) = try #require(Self.steps.randomElement(using: &random))
    let instrument = try Self.instrument(tick: tick, lot: lot)
    for _ in 0..<100 {
      let ticks = Int64.random(in: 1...10_000_000, using: &random)
      let lots = Int64.random(in: 0...10_000_000, using: &random)
      // In units of 10^-20, in which every step here is whole.
      let unit = { (size: ExactDecimal) in
        Int128(size.mantissa) * tenToThe(size.exponent + 10)
      }
      let exact =
        Int128(ticks) * unit(instrument.tickSize) * Int128(lots) * unit(instrument.lotSize)
      let perMicro = tenToThe(14)
      for rounding in [Rounding.down, .up, .nearest] {
        let notional = instrument.notional(
          Price(ticks: ticks), Quantity(lots: lots), rounding: rounding)
        let micros = rounding.divide(exact, by: perMicro)
        #expect(notional.map { Int128($0.micros) } == (Int64(exactly: micros).map { Int128($0) }))
      }
    }
  }

  @Test func `steps and margins that are not positive make no instrument`() throws {
    let good = try Self.instrument(tick: "1", lot: "1")
    func variant(
      tick: String = "1", lot: String = "1", margin: String = "0.1", hold: Int64 = 0
    ) -> Instrument? {
      guard let tick = ExactDecimal(tick), let lot = ExactDecimal(lot),
        let margin = ExactDecimal(margin)
      else { return nil }
      return Instrument(
        id: good.id, tickSize: tick, lotSize: lot, maxPosition: .zero, initialMargin: margin,
        makerProtectionMilliseconds: hold, tradeable: true)
    }
    #expect(variant() != nil)
    for size in ["0", "-1"] {
      #expect(variant(tick: size) == nil)
      #expect(variant(lot: size) == nil)
      #expect(variant(margin: size) == nil)
    }
    #expect(variant(hold: -1) == nil)
  }

  @Test func `a symbol is capitals, digits and underscores, whatever was typed`() {
    #expect(InstrumentID("pf_xbtusd")?.symbol == "PF_XBTUSD")
    #expect(InstrumentID(String(repeating: "A", count: 32)) != nil)
    // Capitals of ß, ﬁ and ı are plain letters: other text must not become a known symbol.
    for text in ["", "A B", "A-B", "PF:XBT", "Ä", "ß", "ﬁ", "pf_xbtı", "\0", "A\n"] {
      #expect(InstrumentID(text) == nil, "\(text)")
    }
    #expect(InstrumentID(String(repeating: "A", count: 33)) == nil)
  }
}
