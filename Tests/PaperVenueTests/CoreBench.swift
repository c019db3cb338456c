import Daemon
import Domain
import Foundation
import SimulatedVenue
import Synchronization
import Testing

@testable import PaperVenue

/// A venue in this process over bars the test made, on a wall clock that the test moves.
struct CoreBench {
  /// 2025-01-01T00:00:00Z.
  static let start = MarketTime(milliseconds: 1_735_689_600_000)
  /// 2026-11-25T00:00:00Z.
  static let wallStart: Int64 = 1_795_564_800_000
  static let secret = Data(repeating: 1, count: 64).base64EncodedString()

  let core: VenueCore
  private let clock: TestClock
  private let authentication: Authentication

  /// One-minute bars of PF_XBTUSD in ticks, `(open, high, low, close)`, from `start` on.
  ///
  /// Market time is `minutes` after it and runs at `speed`, which is almost nothing by default;
  /// `changes` are those of an earlier life; `elapsed` is how long ago, in milliseconds, an earlier
  /// life with the same journal began. Without a `contract` it is PF_XBTUSD; with a seed of a
  /// `premium` the mark price is not the last one.
  init(
    bars: [(Int64, Int64, Int64, Int64)?], minutes: Double, playedMinutes: Double = 0,
    speed: Double = 0.000_001, changes: [BookChange] = [], rateLimits: Bool = false,
    policies: VenuePolicies = VenuePolicies(), journal path: String? = nil,
    balance: Int64 = 100_000, faults: any WebSocketFaults = NoWebSocketFaults(),
    contract given: VenueContract? = nil, elapsed: Int64 = 0, premium seed: UInt64? = nil
  ) throws {
    let contract = try #require(
      given ?? InstrumentID("PF_XBTUSD").flatMap { StandardInstruments.contract($0) })
    let id = contract.id
    let wall = WallTime(milliseconds: Self.wallStart + elapsed)
    clock = TestClock(wall.milliseconds)
    let marketClock = MarketClock(
      marketAnchor: Self.moment(minutes), wallAnchor: WallTime(milliseconds: Self.wallStart),
      speed: speed)
    let source = try #require(
      ReplaySource(instrument: contract.instrument, candles: Self.candles(bars, id)))
    var book = VenueBook(contracts: [contract])
    var folded = book
    let journal = try path.map { path throws(Fatal) in
      try Journal(path) { folded.apply($0) }
    }
    book = folded
    let played =
      elapsed > 0
      ? marketClock.market(at: wall) : Self.moment(playedMinutes).advanced(byMilliseconds: -1)
    let now = VenueTime(wall: wall, market: played)
    for change in changes {
      book.apply(
        BookRecord(
          number: book.recordCount + 1, wall: now.wall, market: now.market, change: change))
    }
    var machine = VenueMachine(book: book, seed: 1)
    if book.recordCount == 0 {
      machine.deposit(Money(micros: balance * 1_000_000), now: now)
    } else if path != nil {
      machine.reopen(now: now)
    }
    machine.setPolicies(policies, now: now)
    let authentication = try #require(Authentication(key: "k", base64Secret: Self.secret))
    self.authentication = authentication
    core = VenueCore(
      VenueCore.State(
        machine: machine,
        markets: [id: InstrumentMarket(contract: contract, source: source, seed: seed)],
        listed: [id], clock: marketClock, end: source.end,
        admission: Admission(authentication, isRateLimited: rateLimits),
        journal: journal ?? Journal(), lock: nil, played: played),
      log: Log("test", minimum: .error), faults: faults, wallClock: { [clock] in clock.now })
  }

  private static func candles(
    _ bars: [(Int64, Int64, Int64, Int64)?], _ id: InstrumentID
  ) -> [Candle] {
    bars.enumerated().compactMap { minute, bar in
      bar.flatMap { bar in
        Candle(
          instrument: id, timeframe: .oneMinute,
          openTime: start.advanced(byMilliseconds: Int64(minute) * 60_000),
          open: Price(ticks: bar.0), high: Price(ticks: bar.1), low: Price(ticks: bar.2),
          close: Price(ticks: bar.3), volume: Quantity(lots: 100))
      }
    }
  }

  static func moment(_ minutes: Double) -> MarketTime {
    start.advanced(byMilliseconds: Int64(minutes * 60_000))
  }

  /// Lets wall time pass, and the venue do what is due then.
  func pass(_ milliseconds: Int64) {
    clock.pass(milliseconds)
    core.advance()
  }

  // MARK: - Asking

  /// Asks; the answer is in the box once there is one.
  func later(_ method: String, _ path: String, _ parameters: String = "") -> AnswerBox {
    let box = AnswerBox()
    let isRead = method == "GET"
    let code = authentication.signature(parameters: parameters, nonce: "", path: path)
    core.trading(
      VenueHTTPRequest(
        method: method, path: path, query: isRead ? parameters : "",
        body: isRead ? "" : parameters, headers: ["apikey": "k", "authent": code])
    ) { box.put($0) }
    return box
  }

  func ask(_ method: String, _ path: String, _ parameters: String = "") throws -> [String: Any] {
    let box = later(method, path, parameters)
    // What is read out of the journal comes from another thread.
    let isRead = path.hasPrefix("/api/history/") || parameters.contains("lastFillTime")
    return try #require(
      try isRead ? box.waitForObject() : box.object, "\(path) is answered at once")
  }

  func get(_ name: String, _ parameters: String = "") throws -> [String: Any] {
    try ask("GET", "/derivatives/api/v3/\(name)", parameters)
  }

  func post(_ name: String, _ parameters: String = "") throws -> [String: Any] {
    try ask("POST", "/derivatives/api/v3/\(name)", parameters)
  }

  func send(_ parameters: String) throws -> [String: Any] {
    let answer = try post("sendorder", "symbol=PF_XBTUSD&" + parameters)
    return answer["sendStatus"] as? [String: Any] ?? answer
  }

  /// The status word of an order that was sent, or of the error.
  func word(_ parameters: String) throws -> String? {
    let answer = try send(parameters)
    return (answer["status"] ?? answer["error"]) as? String
  }

  func history(_ name: String, _ parameters: String = "") throws -> [[String: Any]] {
    let answer = try ask("GET", "/api/history/v3/\(name)", parameters)
    return try #require((answer["elements"] ?? answer["logs"]) as? [[String: Any]])
  }

  func admin(_ path: String, _ body: String? = nil) throws -> [String: Any] {
    let box = AnswerBox()
    core.admin(
      VenueHTTPRequest(
        method: body == nil ? "GET" : "POST", path: path, query: "", body: body ?? "", headers: [:])
    ) { box.put($0) }
    return try #require(try box.waitForObject())
  }
}

/// A wall clock that stands until it is moved.
final class TestClock: Sendable {
  private let milliseconds: Atomic<Int64>

  init(_ milliseconds: Int64) { self.milliseconds = Atomic(milliseconds) }

  var now: WallTime { WallTime(milliseconds: milliseconds.load(ordering: .relaxed)) }

  func pass(_ more: Int64) { milliseconds.add(more, ordering: .relaxed) }
}

/// Where an answer goes; a second one is a failure.
final class AnswerBox: Sendable {
  private let answers = Mutex<[VenueHTTPResponse]>([])
  private let arrived = DispatchSemaphore(value: 0)

  func put(_ response: VenueHTTPResponse) {
    answers.withLock { $0.append(response) }
    arrived.signal()
  }

  /// The one answer; nil when there is none yet.
  var response: VenueHTTPResponse? {
    let all = answers.withLock { $0 }
    #expect(all.count <= 1, "a request is answered once")
    return all.first
  }

  var object: [String: Any]? {
    get throws {
      try response.flatMap {
        try JSONSerialization.jsonObject(with: Data($0.body.utf8)) as? [String: Any]
      }
    }
  }

  func waitForObject() throws -> [String: Any]? {
    wait()
    return try object
  }

  /// The answer, when it comes within half a minute.
  @discardableResult
  func wait() -> VenueHTTPResponse? {
    #expect(arrived.wait(timeout: .now() + 30) == .success)
    return response
  }
}
