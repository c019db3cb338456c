import Domain
import Testing

@testable import Exchange

/// Answers that were damaged in every way a few thousand seeded throws of the dice can find.
@Suite("damaged answers")
struct MutationTests {
  /// SplitMix64.
  private struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func throwing(_ sides: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ (mixed >> 31)) % UInt64(sides))
    }
  }

  private static let pieces = [
    "9", "-", "e18", "e-30", "\"", "{", "}", "[", "]", ",", ":", "null", "\\", "0",
    "999999999999999999", "9223372036854775807", ".", "\u{0}", "true", " ",
  ]

  private static let bodies = [
    Sample.sendStatus(
      "partiallyFilled", ",\"orderEvents\":[\(Sample.execution("e-1", amount: "0.0004"))]"),
    Sample.instrumentBody,
    #"{"result":"success","serverTime":"2026-11-22T10:00:00.000Z","accounts":{"flex":{"#
      + #""portfolioValue":34995.52,"availableMargin":-3e-05}},"cancelStatus":{"status":"filled"},"#
      + #""editStatus":{"status":"edited"}}"#,
    #"{"result":"success","fills":[{"fill_id":"f","order_id":"o","cliOrdId":"i-0123abcd","#
      + #""symbol":"PF_ETHUSD","side":"sell","size":1e-03,"price":3000.1,"fillTime":17638056000}],"#
      + #""openPositions":[{"symbol":"PF_ETHUSD","side":"short","size":0.001}],"#
      + #""openOrders":[{"order_id":"o","symbol":"PF_ETHUSD","side":"sell","orderType":"stop","#
      + #""unfilledSize":1,"filledSize":0,"reduceOnly":true}]}"#,
    #"{"candles":[{"time":60000,"open":"5","high":"6","low":"4","close":"5","volume":"1.5"}],"#
      + #""tickers":[{"symbol":"PF_ETHUSD","bid":1,"ask":2,"last":1.04,"markPrice":1.5,"#
      + #""lastTime":"2026-11-22T10:00:00.000Z"}],"elements":[{"uid":"e","timestamp":"1000","#
      + #""event":{"OrderCancelled":{"order":{"uid":"o","clientId":"i-0123abcd","#
      + #""tradeable":"PF_ETHUSD","quantity":"0.1","filled":"0.05"}}}}],"#
      + #""orders":[{"order":{"type":"ORDER","orderId":"o","#
      + #""symbol":"PF_ETHUSD","cliOrdId":"i-0123abcd","filled":0.5},"status":"CANCELLED"}]}"#,
  ]

  private static func requests() throws -> [VenueRequest] {
    let order = ClientOrderID(unchecked: "i-0123abcd")
    let id = try Sample.id("PF_ETHUSD")
    let wall = WallTime(milliseconds: 0)
    return [
      .place(try Sample.placement()), .cancel(order, processBefore: wall),
      .amend(
        OrderAmendment(
          clientOrderID: order, instrument: id, quantity: Quantity(lots: 1), trigger: nil,
          processBefore: wall)),
      .orderStatus([order]), .openOrders, .openPositions, .fills,
      .orderHistory(since: wall, before: wall), .account, .instruments, .tickers,
      .candles(id, .oneMinute, from: MarketTime(milliseconds: 0), to: nil),
    ]
  }

  @Test(arguments: bodies.indices)
  func `never end the process`(_ index: Int) throws {
    let instruments = try Sample.instruments()
    let requests = try Self.requests()
    var dice = Dice(seed: UInt64(index) + 1)
    var answers = 0
    for _ in 0..<600 {
      var body = Array(Self.bodies[index].utf8)
      for _ in 0...dice.throwing(3) {
        let start = dice.throwing(body.count)
        let end = min(body.count, start + dice.throwing(4))
        let piece = Self.pieces[dice.throwing(Self.pieces.count)]
        body.replaceSubrange(start..<end, with: piece.utf8)
      }
      for request in requests {
        let judge = AnswerJudge(
          request, .answered(status: 200, body: body), instruments: instruments)
        if case .answer = judge.outcome { answers += 1 }
      }
    }
    #expect(answers > 0, "some damage leaves an answer that can be read")
  }
}
