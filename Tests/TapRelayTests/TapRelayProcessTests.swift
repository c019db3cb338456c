import Daemon
import Domain
import Glibc
import Testing
import Wire

/// The real process between real sockets.
@Suite("tap-relay", .serialized)
struct TapRelayProcessTests {
  private let relay: RelayProcess
  private let context: ZMQContext
  private let listener: Subscriber

  init() throws {
    relay = try RelayProcess()
    context = try ZMQContext()
    listener = try Subscriber(context: context, endpoints: [relay.run.tap])
  }

  private static func note(_ number: UInt64) -> StreamBody {
    .control(ControlNote(state: "tick", generation: number, detail: ""))
  }

  private struct NeverHappened: Error {}

  /// Calls `isDone` every few milliseconds until it is true; throws when that takes too long.
  private func wait(_ isDone: () throws -> Bool) throws {
    // By time, not by turns: a message that nobody reads ends each wait of the poll at once.
    let end = Clock.machineNanoseconds() + 20_000_000_000
    while Clock.machineNanoseconds() < end {
      if try isDone() { return }
      let now = MachineTime(nanoseconds: Clock.machineNanoseconds())
      _ = try Poller().wait(
        sockets: [listener.handle], descriptors: [], until: now.advanced(byMilliseconds: 5),
        now: now)
    }
    throw NeverHappened()
  }

  private func publisher(_ endpoint: String, _ source: String, epoch: UInt64) throws -> Publisher {
    try Publisher(context: try ZMQContext(), endpoint: endpoint, source: source, epoch: epoch)
  }

  /// The bodies that came out of the tap since the last call.
  private func hear() -> [StreamBody] {
    var bodies: [StreamBody] = []
    while let reception = listener.receive() {
      if case .message(let message) = reception { bodies.append(message.body) }
    }
    return bodies
  }

  private func notes(_ bodies: [StreamBody]) -> [String] {
    bodies.compactMap {
      if case .control(let note) = $0 { "\(note.state) \(note.detail)" } else { nil }
    }
  }

  @Test func `it stands back behind the stages that trade`() throws {
    let ours = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
    try wait { relay.niceness == min(ours + 10, 19) }
  }

  @Test func `started before anybody, it relays stages that come, go and come back`() throws {
    try wait { notes(hear()).contains("started ") }
    for epoch in [1, 2] as [UInt64] {
      let sources = [
        (relay.run.market, "market-data"), (relay.run.signalTap, "signal-service"),
        (relay.run.decisionTap, "risk-gate"), (relay.run.events, "order-router"),
      ]
      let stages = try sources.map { try publisher($0.0, $0.1, epoch: epoch) }
      var heard: [StreamBody] = []
      try wait {
        for stage in stages {
          stage.service()
          stage.publish(Self.note(stage.sequence + 1))
        }
        heard += hear()
        let lives = Set(
          heard.compactMap { body -> String? in
            guard case .relayed(let message) = body, message.epoch == epoch else { return nil }
            // Unchanged: the number the stage gave it is the number it wrote inside.
            #expect(message.body == Self.note(message.sequence))
            return message.source
          })
        return lives == Set(sources.map(\.1))
      }
      for (_, source) in sources {
        #expect(notes(heard).contains("restarted source=\(source) epoch=\(epoch)"))
      }
    }
    let client = ControlClient(socket: RunFiles(relay.path).controlSocket("tap-relay"))
    let status = try client.ask("status")
    #expect(status.contains("\"relayed\":") && status.contains("\"malformed\":0"))
    #expect(throws: Fatal.self) { try client.ask("launch") }
  }

  @Test func `a stopped relay costs a publisher nothing, and says afterwards what it missed`()
    throws
  {
    let market = try publisher(relay.run.market, "market-data", epoch: 1)
    try wait {
      market.service()
      market.publish(Self.note(0))
      return hear().contains { if case .relayed = $0 { true } else { false } }
    }
    relay.signal(SIGSTOP)
    // More than both ends keep: a publisher that waited for the relay would never get through.
    for number in 0..<60_000 as Range<UInt64> { market.publish(Self.note(number)) }
    relay.signal(SIGCONT)
    var heard: [String] = []
    try wait {
      market.publish(Self.note(0))
      heard += notes(hear())
      return heard.contains { $0.hasPrefix("gap source=market-data missed=") }
    }
    #expect(relay.isRunning)
  }

  @Test func `a listener that never reads does not keep the relay from the others`() throws {
    let stopped = try Subscriber(context: try ZMQContext(), endpoints: [relay.run.tap])
    let market = try publisher(relay.run.market, "market-data", epoch: 1)
    var newest: UInt64 = 0
    func catchUp() throws {
      try wait {
        for case .relayed(let message) in hear() { newest = message.sequence }
        return newest == market.sequence
      }
    }
    try wait {
      market.service()
      market.publish(Self.note(0))
      return hear().contains { if case .relayed = $0 { true } else { false } }
    }
    for _ in 0..<50 {
      for number in 0..<1000 as Range<UInt64> { market.publish(Self.note(number)) }
      try catchUp()
    }
    var missed: UInt64 = 0
    try wait {
      while let reception = stopped.receive() {
        if case .gap(_, let count) = reception { missed += count }
      }
      market.publish(Self.note(0))
      return missed > 0
    }
  }

  @Test func `asked to end, it ends with 0`() throws {
    try wait { notes(hear()).contains("started ") }
    relay.signal(SIGTERM)
    try wait {
      _ = hear()
      return relay.exitCode != nil
    }
    #expect(relay.exitCode == 0)
  }
}
