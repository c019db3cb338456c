import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// Generated markets of some contracts and a fixed moment, asked as the venue's endpoints are.
struct MarketAnswerBench {
  typealias Answer = (EndpointCall, inout MarketAnswers.Markets) -> VenueHTTPResponse

  /// 2026-08-11T13:08:44Z.
  static let wall = WallTime(milliseconds: 1_786_453_724_000)

  /// Tickers of a venue in which nobody trades.
  static func tickers(
    _ call: EndpointCall, _ markets: inout MarketAnswers.Markets
  ) -> VenueHTTPResponse {
    MarketAnswers.tickers(
      call, &markets, VenueMachine(book: VenueBook(contracts: []), seed: 0))
  }

  var markets: MarketAnswers.Markets
  var now = GeneratedSource.present.advanced(byMilliseconds: 30 * 3_600_000 + 123_456)

  init(_ symbols: [String] = ["PF_XBTUSD", "PF_ETHUSD"], seed: UInt64 = 1) throws {
    markets = try MarketChoice.load(paths: [], symbols: [:], seed: seed).markets
    for symbol in symbols {
      let id = try #require(InstrumentID(symbol))
      let contract = try #require(StandardInstruments.contract(id))
      markets[id] = InstrumentMarket(
        contract: contract, source: GeneratedSource(instrument: contract.instrument, seed: seed),
        seed: seed)
    }
  }

  mutating func respond(
    _ rest: [String] = [], _ query: String = "", _ answer: Answer
  ) -> VenueHTTPResponse {
    let request = VenueHTTPRequest(
      method: "GET", path: "/", query: query, body: "", headers: [:])
    let call = EndpointCall(
      request: request, now: VenueTime(wall: Self.wall, market: now), rest: rest)
    return answer(call, &markets)
  }

  mutating func ask(
    _ rest: [String] = [], _ query: String = "", _ answer: Answer
  ) throws -> [String: Any] {
    let response = respond(rest, query, answer)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any])
  }

  mutating func list(
    _ rest: [String] = [], _ query: String = "", _ answer: Answer
  ) throws -> [String] {
    let response = respond(rest, query, answer)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String])
  }
}
