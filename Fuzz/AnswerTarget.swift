import Domain

@testable import Exchange

/// Bodies and header lines that the venue, or whoever answers in its place, may send.
enum AnswerTarget {
  private static let order = ClientOrderID(unchecked: "i-0123abcd")
  private static let instruments: [InstrumentID: Instrument] = {
    var known: [InstrumentID: Instrument] = [:]
    for (symbol, tick, lot) in [
      ("PF_XBTUSD", "1", "0.0001"), ("PF_ETHUSD", "0.1", "0.001"), ("PF_PEPEUSD", "1e-10", "1000"),
    ] {
      guard let id = InstrumentID(symbol), let tick = ExactDecimal(tick),
        let lot = ExactDecimal(lot), let margin = ExactDecimal("0.02"),
        let instrument = Instrument(
          id: id, tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
          initialMargin: margin, makerProtectionMilliseconds: 0, tradeable: true)
      else { fatalError("fuzz: the instruments are possible") }
      known[id] = instrument
    }
    return known
  }()

  private static let requests: [VenueRequest] = {
    guard let xbt = InstrumentID("PF_XBTUSD") else { fatalError("fuzz: the name is possible") }
    let wall = WallTime(milliseconds: 0)
    let placement = OrderPlacement(
      clientOrderID: order, instrument: xbt, side: .buy, quantity: Quantity(lots: 10),
      type: .limit(Price(ticks: 70_000)), reduceOnly: false, processBefore: wall)
    return [
      .place(placement), .cancel(order, processBefore: wall),
      .amend(
        OrderAmendment(
          clientOrderID: order, instrument: xbt, quantity: Quantity(lots: 1), trigger: nil,
          processBefore: wall)),
      .orderStatus([order]), .openOrders, .openPositions, .fills,
      .orderHistory(since: wall, before: wall), .account, .marginModes, .instruments, .tickers,
      .candles(xbt, .oneMinute, from: MarketTime(milliseconds: 0), to: nil),
    ]
  }()

  /// One target a decoder: `index` is the request whose answer the bytes are.
  static func run(_ name: String, _ bytes: [UInt8]) {
    switch name {
    case "place": judge(0, bytes)
    case "cancel": judge(1, bytes)
    case "amend": judge(2, bytes)
    case "reads": (3...9).forEach { judge($0, bytes) }
    case "instruments": judge(10, bytes)
    case "market": (11...12).forEach { judge($0, bytes) }
    default: fatalError("fuzz: no decoder \(name)")
    }
  }

  private static func judge(_ index: Int, _ bytes: [UInt8]) {
    let request = requests[index]
    let fine = AnswerJudge(
      request, .answered(status: 200, body: bytes), instruments: instruments)
    let broken = AnswerJudge(
      request, .answered(status: 503, body: bytes), instruments: instruments)
    if request.changesSomething, case .refused = broken.outcome {
      demand(false, "a 503 refuses")
    }
    switch fine.outcome {
    case .answer(let answer):
      demand(broken.outcome == fine.outcome, "what was done depends on the status")
      check(answer)
    case .refused(let word):
      demand(!word.isEmpty && !word.hasPrefix("NOT_SENT"), "a refusal of ours from the venue")
      demand(!request.changesSomething || !contains("EXECUTION", bytes), "executed and refused")
    case .ambiguous(let why): demand(!why.isEmpty, "a doubt without a reason")
    }
  }

  private static func check(_ answer: VenueAnswer) {
    switch answer {
    case .placed(let placed):
      let lots = placed.fills.reduce(Int64(0)) { $0 + $1.quantity.lots }
      demand(lots <= 10, "more filled than ordered")
      demand(!placed.rests || lots < 10, "a filled order rests")
    case .instruments(let list):
      demand(Set(list.map(\.id)).count == list.count, "an instrument twice")
      for instrument in list {
        demand(VenueSymbol.instrument(instrument.id.symbol) == instrument.id, "no canonical name")
        demand(instrument.maxPosition.lots <= AnswerReader.stepBound, "no bound")
        demand(
          zip(instrument.marginTiers, instrument.marginTiers.dropFirst()).allSatisfy {
            $0.threshold < $1.threshold && $0.initialMargin <= $1.initialMargin
          }, "tiers that fall")
      }
    case .candles(let candles):
      demand(
        zip(candles, candles.dropFirst()).allSatisfy { $0.openTime <= $1.openTime }, "no order")
    case .openPositions(let positions):
      demand(Set(positions.map(\.instrument)).count == positions.count, "a position twice")
    default: break
    }
  }

  private static func contains(_ word: String, _ bytes: [UInt8]) -> Bool {
    // Only where it can be an event's kind: as a whole string.
    let quoted = Array("\"type\":\"\(word)\"".utf8)
    return bytes.indices.contains { bytes[$0...].starts(with: quoted) }
      && contains(reading: bytes)
  }

  /// Whether the answer has its events where events belong.
  private static func contains(reading bytes: [UInt8]) -> Bool {
    guard let body = try? Exchange.JSONParser.parse(bytes) else { return false }
    return ["sendStatus", "editStatus"].contains { status in
      (body[status]["orderEvents"].list ?? []).contains { $0["type"].text == "EXECUTION" }
    }
  }
}
