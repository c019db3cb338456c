import Daemon
import Domain
import Foundation
import Testing
import Wire

@testable import SignalService

/// A signal service's neighbours on real sockets: market and gate.
private final class Neighbours {
  static let token: [UInt8] = Array(repeating: 7, count: 16)
  /// Flat bars, then one that breaks out: the shipped strategy proposes a long on the last.
  static let bars =
    (0..<60).map { Bars.bar($0, open: 100_000, close: 100_000) }
    + [Bars.bar(60, open: 100_000, close: 100_300)]

  let folder: StageFolder
  let run: RunDirectory
  let context: ZMQContext
  var gate: LinkServer?
  var market: Publisher?
  var snapshots: RequestServer?
  /// How many bars the market has published or serves.
  var closed = 60
  var offers: [(key: LinkDelivery.Key, signal: Signal, lines: Int)] = []
  private var lives: UInt64 = 0

  init() throws {
    folder = try StageFolder()
    run = try RunDirectory(folder.run)
    context = try ZMQContext()
    try startGate()
    try startMarket()
  }

  func service() throws -> RunningStage {
    try RunningStage("signal-service", folder: folder.url, token: Self.token) { host in
      try SignalLoop(host).run()
    }
  }

  func startGate() throws {
    lives += 1
    gate = try LinkServer(
      context: context, endpoint: run.signals, epoch: lives, token: Self.token, build: "test")
  }

  func startMarket() throws {
    lives += 1
    market = try Publisher(
      context: context, endpoint: run.market, source: "market-data", epoch: lives)
    snapshots = try RequestServer(context: context, endpoint: run.marketSnapshot)
  }

  private var reading: TickerReading {
    let last = Self.bars[closed - 1]
    return TickerReading(
      ticker: Ticker(
        instrument: last.instrument, time: last.closeTime.advanced(byMilliseconds: 1000),
        bid: last.close, ask: last.close, last: last.close, mark: last.close),
      readAt: WallTime(milliseconds: Clock.wallMilliseconds()))
  }

  func publishNext() {
    closed += 1
    let reading = reading
    market?.publish(.ticker(reading.ticker, readAt: reading.readAt))
    market?.publish(.candle(Self.bars[closed - 1]))
  }

  func repeatTicker() {
    let reading = reading
    market?.publish(.ticker(reading.ticker, readAt: reading.readAt))
  }

  /// Serves everything until `condition` holds, at most ten seconds; whether it came to hold.
  func serve(until condition: () -> Bool) async -> Bool {
    let limit = Date().addingTimeInterval(10)
    while Date() < limit {
      if condition() { return true }
      serveOnce()
      try? await Task.sleep(for: .milliseconds(5))
    }
    return condition()
  }

  /// Snapshots that were served.
  var served = 0

  private func serveOnce() {
    while let request = snapshots?.receive() {
      served += 1
      snapshots?.reply(
        to: request,
        StreamReply(
          epoch: lives, sequence: market?.sequence ?? 0,
          candles: Array(Self.bars[..<closed]), tickers: [reading]))
    }
    market?.service()
    let now = MachineTime(nanoseconds: Clock.machineNanoseconds())
    for delivery in gate?.service(now: now) ?? [] {
      if let signal = try? Codec.decodeSignal(delivery.payload) {
        offers.append((delivery.key, signal, folder.lines("signals.jsonl").count))
      }
    }
  }
}

@Suite("the signal service's loop on real sockets", .serialized)
struct SignalLoopTests {
  @Test func `a decision is written down, then offered, and drained when it has its verdict`()
    async throws
  {
    let world = try Neighbours()
    let service = try world.service()
    #expect(await world.serve { world.served > 0 })
    world.publishNext()
    #expect(await world.serve { !world.offers.isEmpty })
    let offer = try #require(world.offers.first)
    #expect(offer.lines == 1, "it is on disk before it is offered")
    #expect(offer.signal.direction == .long && offer.signal.isCoherent)
    let line = try #require(world.folder.lines("signals.jsonl").first)
    #expect(line.contains("\"signal\":\"\(offer.signal.id)\""))
    world.gate?.acknowledge(offer.key, .denied([Denial(.maxPositions, "occupied=4 limit=4")]))
    #expect(await service.drain())
    #expect(world.offers.count == 1)
  }

  @Test func `an operator is told why nothing was proposed, and by which numbers`() async throws {
    let world = try Neighbours()
    let service = try world.service()
    #expect(await world.serve { world.served > 0 })
    let client = ControlClient(socket: RunFiles(world.folder.run).controlSocket("signal-service"))
    let ask = { (arguments: [String: String]) in try client.ask("explain", arguments) }
    #expect(await world.serve { (try? ask(["instrument": "PF_XBTUSD"])) != nil })
    let quiet = try ask(["instrument": "PF_XBTUSD"])
    #expect(quiet.contains(#""reason":"INSIDE_CHANNEL""#), "\(quiet)")
    #expect(quiet.contains("channel_high=100001"))
    world.publishNext()
    #expect(await world.serve { !world.offers.isEmpty })
    let signal = try #require(world.offers.first?.signal)
    let made = try ask(["instrument": "pf_xbtusd", "count": "64"])
    #expect(made.contains(#""reason":"SIGNAL""#) && made.contains(signal.id.text))
    #expect(try ask(["signal": signal.id.text]).contains("close=100300"))
    for wrong in [["instrument": "PF_ETHUSD"], ["signal": "none"], [:], ["instrument": "?"]] {
      #expect(throws: Fatal.self) { try ask(wrong) }
    }
    world.gate?.acknowledge(world.offers[0].key, .denied([Denial(.expired)]))
    #expect(await service.drain())
  }

  @Test func `a new life makes the same decision again under the same name`() async throws {
    let world = try Neighbours()
    let first = try world.service()
    #expect(await world.serve { world.served > 0 })
    world.publishNext()
    #expect(await world.serve { world.offers.count == 1 })
    #expect(await first.drain(), "a verdict that does not come ends no drain")
    let second = try world.service()
    #expect(await world.serve { world.offers.count == 2 })
    #expect(world.offers[0].signal.isSameDecision(as: world.offers[1].signal))
    #expect(world.offers[0].key != world.offers[1].key)
    world.gate?.acknowledge(world.offers[1].key, .denied([Denial(.expired)]))
    #expect(await second.drain())
  }

  @Test func `a gate that dies before its verdict gets the signal again`() async throws {
    let world = try Neighbours()
    let service = try world.service()
    #expect(await world.serve { world.served > 0 })
    world.publishNext()
    #expect(await world.serve { world.offers.count == 1 })
    world.gate = nil
    try world.startGate()
    #expect(await world.serve { world.offers.count == 2 })
    #expect(world.offers[0].signal == world.offers[1].signal)
    #expect(world.folder.lines("signals.jsonl").count == 1)
    world.gate?.acknowledge(world.offers[1].key, .denied([Denial(.expired)]))
    #expect(await service.drain())
  }

  @Test func `a market that dies and comes back with a later candle is caught up with`()
    async throws
  {
    let world = try Neighbours()
    world.closed = 40
    let service = try world.service()
    #expect(await world.serve { world.served > 0 })
    world.market = nil
    world.snapshots = nil
    world.closed = 60
    try world.startMarket()
    world.publishNext()
    // Whether the subscriber was back in time or not: a repeated ticker shows it the new life.
    #expect(
      await world.serve {
        world.repeatTicker()
        return !world.offers.isEmpty
      })
    #expect(world.offers.first?.signal.decidedAt == Neighbours.bars[60].closeTime)
    if let key = world.offers.first?.key {
      world.gate?.acknowledge(key, .denied([Denial(.expired)]))
    }
    #expect(await service.drain())
  }
}
