import Daemon
import Domain
import Foundation
import Glibc
import Testing
import Wire

/// Thirty instruments and ten thousand decisions, told by a tap of the test's own.
@Suite("console: many decisions", .serialized)
struct ManyDecisionsTests {
  private static let decisions = 10_000
  private static let candles = 240
  private static let mostResident: Int64 = 60 * 1024 * 1024

  private struct Tap {
    let publisher: Publisher
    private var sequence: UInt64 = 0

    init(_ scene: ConsoleScene) throws {
      publisher = try Publisher(
        context: try ZMQContext(), endpoint: scene.run.tap, source: "tap-relay", epoch: 1)
    }

    mutating func tell(_ body: StreamBody) {
      sequence += 1
      publisher.publish(
        .relayed(StreamMessage(source: "market-data", epoch: 1, sequence: sequence, body: body)))
    }
  }

  private static let instruments = (0..<30).map { InstrumentID(unchecked: "PF_T\($0)USD") }

  private func instrument(_ id: InstrumentID) throws -> Instrument {
    let model = try StateDrive.instrument()
    return try #require(
      Instrument(
        id: id, tickSize: model.tickSize, lotSize: model.lotSize, maxPosition: model.maxPosition,
        initialMargin: model.initialMargin, makerProtectionMilliseconds: 0, tradeable: true))
  }

  private func signal(_ number: Int, _ id: InstrumentID) -> Signal {
    let model = StateDrive.signal("breakout/\(id)/2026-11-26T00:00:00Z/\(number)")
    return Signal(
      id: model.id, strategy: model.strategy, instrument: id, direction: .long,
      setup: SetupID(unchecked: "channel/\(number)"), worstPrice: model.worstPrice,
      stop: model.stop, takeProfits: [Price(ticks: 201_000)], decidedAt: model.decidedAt,
      validUntil: model.validUntil)
  }

  private func history(_ tap: inout Tap) throws {
    for id in Self.instruments {
      tap.tell(.instrument(try instrument(id)))
      for number in 0..<Self.candles {
        let base = Price(ticks: 200_000 + Int64(number))
        let candle = Candle(
          instrument: id, timeframe: .oneMinute,
          openTime: MarketTime(milliseconds: Int64(number) * 60_000), open: base,
          high: Price(ticks: base.ticks + 5), low: Price(ticks: base.ticks - 5), close: base,
          volume: Quantity(lots: 10))
        tap.tell(.candle(try #require(candle)))
      }
    }
  }

  private func decision(_ number: Int, _ tap: inout Tap) {
    let id = Self.instruments[number % Self.instruments.count]
    let signal = signal(number, id)
    let values = (0..<20).map { DecisionValue("value_\($0)", "\($0 * number)") }
    tap.tell(.signal(signal))
    tap.tell(
      .explanation(
        Explanation(
          strategy: signal.strategy, instrument: id, timeframe: .oneMinute,
          decidedAt: signal.decidedAt, reason: "SIGNAL", signal: signal.id, values: values)))
    let denials = [
      Denial(.maxPositions, "open=4 limit=4"), Denial(.priceCollar, "away=1.2 limit=1.0"),
    ]
    tap.tell(
      .decision(
        Decision(
          signal: signal, verdict: .denied(denials), quantity: .zero,
          time: WallTime(milliseconds: Clock.wallMilliseconds()))))
  }

  private func kept(_ scene: ConsoleScene, _ session: [String: String]) throws -> String {
    try scene.ask("GET", "/api/decisions", headers: session).body
  }

  @Test func `ten thousand decisions are held in little memory and told a page at a time`() throws {
    let scene = try ConsoleScene().serving()
    let session = try scene.login()
    var tap = try Tap(scene)
    try ConsoleScene.until("the console listens") {
      tap.tell(.control(ControlNote(state: "tick", generation: 1, detail: "")))
      return tap.publisher.service()
    }
    try history(&tap)
    for number in 0..<Self.decisions {
      decision(number, &tap)
      // A tap that outruns its listener loses messages; this test is not about that.
      if number % 200 == 0 {
        try ConsoleScene.until("decision \(number) has been heard") {
          try kept(scene, session).contains(
            "\"\(signal(number, Self.instruments[number % 30]).id)\"")
        }
      }
    }
    try ConsoleScene.until("all have been heard") {
      try kept(scene, session).contains("\"kept\":\(Self.decisions)}")
    }
    let page = try kept(scene, session)
    #expect(page.components(separatedBy: "\"n\":").count == 201, "two hundred rows")
    let socket = try scene.connect()
    socket.send(
      "GET /api/stream?sections=overview,market,decisions HTTP/1.1\r\nHost: 127.0.0.1:\(scene.port)"
        + "\r\nCookie: \(session["Cookie"] ?? "")\r\n\r\n")
    #expect(socket.receive(until: "event: decisions").contains("PF_T29USD"))
    let usage = try #require(residentBytes(scene.pid))
    #expect(usage <= Self.mostResident, "\(usage / 1024) KiB")
    try hold(scene)
  }

  private func residentBytes(_ pid: Int32) -> Int64? {
    let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)
    let pages = text?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
    return pages.map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) }
  }

  /// Lets a browser measure: INTERLOCK_CONSOLE_HOLD is a file that is told where, and is waited for
  /// to be taken away.
  private func hold(_ scene: ConsoleScene) throws {
    guard let path = ProcessInfo.processInfo.environment["INTERLOCK_CONSOLE_HOLD"] else { return }
    let resident = (residentBytes(scene.pid) ?? 0) / 1024
    let words = "http://127.0.0.1:\(scene.port) \(try scene.token()) resident \(resident) KiB\n"
    try words.write(toFile: path, atomically: true, encoding: .utf8)
    try ConsoleScene.until("\(path) is taken away", seconds: 600) {
      !FileManager.default.fileExists(atPath: path)
    }
  }
}
