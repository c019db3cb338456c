import Daemon
import Domain
import Foundation
import Glibc
import Testing
import Wire

@testable import RiskGate

/// A gate's neighbours on real sockets: proposer, router and market.
private final class Neighbours {
  static let token: [UInt8] = Array(repeating: 7, count: 16)

  let folder: StageFolder
  let run: RunDirectory
  let context: ZMQContext
  let market: Publisher
  let snapshots: RequestServer
  var proposer: LinkClient
  var router: LinkServer?
  var events: Publisher?
  var replay: RequestServer?
  var ledger: [LedgerEvent] = []
  var intents: [(LinkDelivery.Key, OrderIntent)] = []
  var verdicts: [Verdict] = []
  /// Lines of `gate.jsonl` when the last verdict came.
  var linesAtVerdict = 0
  private var lives: UInt64 = 1

  init() throws {
    folder = try StageFolder()
    run = try RunDirectory(folder.run)
    context = try ZMQContext()
    market = try Publisher(
      context: context, endpoint: run.market, source: "market-data", epoch: 1)
    snapshots = try RequestServer(context: context, endpoint: run.marketSnapshot)
    proposer = try LinkClient(
      context: context, endpoint: run.signals, source: "signal-service", epoch: 1,
      token: Self.token, build: "test")
    write(.account(Sample.account()))
    try startRouter()
  }

  func gate() throws -> RunningStage {
    try RunningStage("risk-gate", folder: folder.url, token: Self.token) { host in
      try GateLoop(host).run()
    }
  }

  func startRouter() throws {
    lives += 1
    router = try LinkServer(
      context: context, endpoint: run.intents, epoch: lives, token: Self.token, build: "test")
    events = try Publisher(
      context: context, endpoint: run.events, source: "order-router", epoch: lives)
    replay = try RequestServer(context: context, endpoint: run.replay)
  }

  func killRouter() {
    router = nil
    events = nil
    replay = nil
  }

  func write(_ body: LedgerEvent.Body) {
    let wall = WallTime(milliseconds: Clock.wallMilliseconds())
    let event = LedgerEvent(number: Int64(ledger.count + 1), time: wall, body: body)
    ledger.append(event)
    events?.publish(.event(event))
  }

  /// A signal that is good from now on.
  func signal(_ name: String) -> Signal {
    let valid = Clock.wallMilliseconds() - Sample.wall + 20_000
    return Sample.signal(name, valid: valid)
  }

  func offer(_ signal: Signal) {
    _ = proposer.offer(Codec.encode(signal), validUntil: signal.validUntil)
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

  private func serveOnce() {
    let now = MachineTime(nanoseconds: Clock.machineNanoseconds())
    let wall = WallTime(milliseconds: Clock.wallMilliseconds())
    let reading = TickerReading(ticker: Sample.reading().ticker, readAt: wall)
    while let request = snapshots.receive() {
      snapshots.reply(
        to: request,
        StreamReply(
          epoch: 1, sequence: market.sequence, instruments: [Sample.instrument()],
          tickers: [reading]))
    }
    market.publish(.ticker(reading.ticker, readAt: wall))
    market.service()
    while let request = replay?.receive() {
      guard case .replay(let from, let count) = request.question else { continue }
      replay?.reply(
        to: request,
        StreamReply(
          epoch: lives, sequence: 1, newestEvent: Int64(ledger.count),
          events: Array(ledger.dropFirst(Int(from) - 1).prefix(count))))
    }
    events?.service()
    for delivery in router?.service(now: now) ?? [] {
      if let intent = try? Codec.decodeIntent(delivery.payload) {
        intents.append((delivery.key, intent))
      }
    }
    for case .acknowledged(_, let verdict) in proposer.service(now: now, wall: wall) {
      linesAtVerdict = folder.lines("gate.jsonl").count
      verdicts.append(verdict)
    }
  }

  func restartProposer() throws {
    proposer = try LinkClient(
      context: context, endpoint: run.signals, source: "signal-service", epoch: 2,
      token: Self.token, build: "test")
  }
}

@Suite("the gate's loop on real sockets", .serialized)
struct GateLoopTests {
  @Test func `inside another process it leaves that process its limits`() async throws {
    func processorSeconds() -> rlim_t {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit)
      return limit.rlim_cur
    }
    let before = processorSeconds()
    let neighbours = try Neighbours()
    let gate = try neighbours.gate()
    #expect(await gate.drain())
    #expect(processorSeconds() == before)
  }

  @Test func `a signal goes through, and its decision is written before it is told`() async throws {
    let world = try Neighbours()
    let gate = try world.gate()
    world.offer(world.signal("s1"))
    #expect(await world.serve { !world.intents.isEmpty })
    #expect(world.verdicts.isEmpty && world.folder.lines("gate.jsonl").isEmpty)
    let (key, intent) = try #require(world.intents.first)
    #expect(intent.quantity.lots == 5000)
    world.router?.acknowledge(key, .accepted(Sample.hash(5)))
    #expect(await world.serve { !world.verdicts.isEmpty })
    #expect(world.verdicts == [.accepted(Sample.hash(5))])
    #expect(world.linesAtVerdict == 1)
    let line = try #require(world.folder.lines("gate.jsonl").first)
    #expect(line.contains("\"accepted\":true") && line.contains("\(Sample.hash(5))"))
    #expect(await gate.drain())
  }

  @Test func `a router that dies with an intent gets it again, the proposer one verdict`()
    async throws
  {
    let world = try Neighbours()
    let gate = try world.gate()
    world.offer(world.signal("s1"))
    #expect(await world.serve { world.intents.count == 1 })
    world.killRouter()
    try world.startRouter()
    #expect(await world.serve { world.intents.count == 2 })
    #expect(Set(world.intents.map(\.1.signal.id)).count == 1)
    world.router?.acknowledge(world.intents[1].0, .accepted(Sample.hash(6)))
    #expect(await world.serve { !world.verdicts.isEmpty })
    #expect(world.verdicts == [.accepted(Sample.hash(6))])
    #expect(await gate.drain())
  }

  @Test func `a new life answers from the ledger what an earlier one had forwarded`() async throws {
    let world = try Neighbours()
    let first = try world.gate()
    let signal = world.signal("s1")
    world.offer(signal)
    #expect(await world.serve { world.intents.count == 1 })
    // The router has accepted, but nobody hears it.
    world.write(.intentAccepted(Sample.hash(7), world.intents[0].1))
    #expect(await first.drain())
    let second = try world.gate()
    #expect(await world.serve { !world.verdicts.isEmpty })
    #expect(world.verdicts == [.accepted(Sample.hash(7))])
    #expect(world.intents.count == 1, "no second intent")
    #expect(await second.drain())
  }

  @Test func `a proposer that restarts offers again and hears the verdict of the one intent`()
    async throws
  {
    let world = try Neighbours()
    let gate = try world.gate()
    world.offer(world.signal("s1"))
    #expect(await world.serve { world.intents.count == 1 })
    try world.restartProposer()
    world.offer(world.signal("s1"))
    world.router?.acknowledge(world.intents[0].0, .accepted(Sample.hash(8)))
    #expect(await world.serve { !world.verdicts.isEmpty })
    #expect(world.intents.count == 1)
    #expect(world.folder.lines("gate.jsonl").count == 1)
    #expect(await gate.drain())
  }

  @Test func `bytes that are no signal are refused with a reason`() async throws {
    let world = try Neighbours()
    let gate = try world.gate()
    let valid = WallTime(milliseconds: Clock.wallMilliseconds() + 20_000)
    _ = world.proposer.offer([1, 2, 3, 255], validUntil: valid)
    #expect(await world.serve { !world.verdicts.isEmpty })
    guard case .denied(let denials) = world.verdicts.first else {
      Issue.record("it was accepted")
      return
    }
    #expect(denials.map(\.reason) == [.malformed])
    #expect(await gate.drain())
  }
}
