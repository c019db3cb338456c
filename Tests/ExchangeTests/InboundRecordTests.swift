import Domain
import Testing

@testable import Exchange

@Suite("inbound records")
struct InboundRecordTests {
  private static let events: [SocketEvent] = [
    .opened(1), .message(12, Array(#"{"feed":"heartbeat"}"#.utf8)), .message(3, []),
    .closed(12, why: "cut: a b"), .closed(1, why: ""), .flooded(9),
    .sign(18_446_744_073_709_551_615),
  ]

  @Test(arguments: events)
  func `what happened to a session comes back as it was`(_ event: SocketEvent) throws {
    let record = try #require(InboundRecord(event))
    #expect(InboundRecord.isOfVenue(record.channel))
    #expect("\(try #require(record.socketEvent))" == "\(event)")
  }

  @Test(arguments: [
    TransportResult.answered(status: 200, body: Array("{\n}".utf8)),
    .answered(status: 503, body: []), .broken(why: "no\nanswer"), .notSent(why: "no budget"),
  ])
  func `the end of a request comes back as it was`(_ result: TransportResult) throws {
    let id = try #require(InstrumentID("PF_XBTUSD"))
    for request in [
      VenueRequest.tickers, .candles(id, .oneMinute, from: MarketTime(milliseconds: 5), to: nil),
    ] {
      let record = InboundRecord(tag: 77, request: request, result: result)
      let answer = try #require(record.answer)
      #expect(answer.tag == 77 && answer.result == result)
      #expect(record.socketEvent == nil)
    }
  }

  @Test(arguments: ["", "7", "7 200", "x 200 tickers\n", "7 abc tickers\n", "7 200 \n{}"])
  func `bytes that are no answer are none`(_ text: String) {
    let record = InboundRecord(channel: "rest", bytes: Array(text.utf8))
    #expect(record.answer == nil)
  }
}
