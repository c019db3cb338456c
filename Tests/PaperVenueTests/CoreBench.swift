import Daemon
import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// A venue in this process over bars the test made, its clock anchored in the past.
struct CoreBench {
  /// 2025-01-01T00:00:00Z.
  static let start = MarketTime(milliseconds: 1_735_689_600_000)
  static let secret = Data(repeating: 1, count: 64).base64EncodedString()

  let core: VenueCore
  private let authentication: Authentication

  /// One-minute bars of PF_XBTUSD in ticks, `(open, high, low, close)`, from `start` on; market
  /// time is `minutes` after it and stands almost still.
  init(
    bars: [(Int64, Int64, Int64, Int64)?], minutes: Double, playedMinutes: Double = 0,
    records: [BookRecord] = [], rateLimits: Bool = false
  ) throws {
    let id = try #require(InstrumentID("PF_XBTUSD"))
    let instrument = try #require(StandardInstruments.instrument(id))
    let candles = bars.enumerated().compactMap { minute, bar in
      bar.flatMap { bar in
        Candle(
          instrument: id, timeframe: .oneMinute,
          openTime: Self.start.advanced(byMilliseconds: Int64(minute) * 60_000),
          open: Price(ticks: bar.0), high: Price(ticks: bar.1), low: Price(ticks: bar.2),
          close: Price(ticks: bar.3), volume: Quantity(lots: 100))
      }
    }
    let source = try #require(ReplaySource(instrument: instrument, candles: candles))
    var book = VenueBook(instruments: [instrument])
    for record in records { book.apply(record) }
    var machine = VenueMachine(book: book, seed: 1)
    if records.isEmpty { machine.open(balance: Money(micros: 100_000_000_000)) }
    authentication = try #require(Authentication(key: "k", base64Secret: Self.secret))
    core = VenueCore(
      VenueCore.State(
        machine: machine, markets: [id: InstrumentMarket(source: source)],
        clock: MarketClock(
          marketAnchor: Self.moment(minutes),
          wallAnchor: WallTime(milliseconds: Clock.wallMilliseconds()), speed: 0.000_001),
        end: source.end, admission: Admission(authentication, isRateLimited: rateLimits), file: nil,
        lock: nil,
        played: Self.moment(playedMinutes).advanced(byMilliseconds: -1)),
      log: Log("test", minimum: .error))
  }

  static func moment(_ minutes: Double) -> MarketTime {
    start.advanced(byMilliseconds: Int64(minutes * 60_000))
  }

  func ask(_ method: String, _ path: String, _ parameters: String = "") throws -> [String: Any] {
    let code = authentication.signature(parameters: parameters, nonce: "", path: path)
    let response = core.trading(
      VenueHTTPRequest(
        method: method, path: path, query: method == "GET" ? parameters : "",
        body: method == "GET" ? "" : parameters, headers: ["apikey": "k", "authent": code]))
    return try Self.object(response)
  }

  func get(_ name: String, _ parameters: String = "") throws -> [String: Any] {
    try ask("GET", "/derivatives/api/v3/\(name)", parameters)
  }

  func send(_ parameters: String) throws -> [String: Any] {
    let answer = try ask(
      "POST", "/derivatives/api/v3/sendorder", "symbol=PF_XBTUSD&" + parameters)
    return answer["sendStatus"] as? [String: Any] ?? answer
  }

  func admin(_ path: String) throws -> [String: Any] {
    try Self.object(
      core.admin(
        VenueHTTPRequest(method: "GET", path: path, query: "", body: "", headers: [:])))
  }

  private static func object(_ response: VenueHTTPResponse) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any])
  }
}
