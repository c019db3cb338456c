import Daemon
import Domain
import Foundation
import Wire

/// The shell around `Relay`: everything that is published in the pipeline, on one open endpoint.
///
/// The relay exists so that whoever watches has no connection to a stage that trades: a listener
/// that reads slowly, never, or sends rubbish meets this process and no other.
///
/// Invariants:
/// 1. Publishing never waits: a listener that does not read loses messages and sees it by the
///    numbers.
/// 2. A turn is bounded, so that heartbeats leave on time however much there is to relay.
/// 3. Upstream endpoints may come, go and come back; nothing here waits for them.
final class TapRelayLoop {
  private static let messagesPerTurn = 1000
  private static let statusMilliseconds: Int64 = 250

  private let host: StageHost
  private let poller = Poller()
  private let upstream: Subscriber
  private let tap: Publisher
  private var relay: Relay
  private var memory = TapMemory()
  private var hasGreeted = false
  private var nextStatus = MachineTime(nanoseconds: 0)

  init(_ host: StageHost) throws {
    self.host = host
    let run = try RunDirectory(host.options.requireRunDirectory())
    let context = try ZMQContext()
    upstream = try Subscriber(
      context: context,
      endpoints: [run.market, run.trades, run.signalTap, run.decisionTap, run.events])
    tap = try Publisher(
      context: context, endpoint: run.tap, source: host.stage, epoch: host.epoch)
    relay = Relay(generation: host.generation)
    try host.openControlSocket()
    host.onKill = { [unowned self] order in
      let words = ["scope", "by", "reason"].map { "\($0)=\(order[$0] ?? "unknown")" }
      say("kill", words.joined(separator: " "))
    }
    host.onNote = { [unowned self] note in say(note["state"] ?? "note", note["detail"] ?? "") }
  }

  private func say(_ state: String, _ detail: String = "") { publish(relay.note(state, detail)) }

  private func publish(_ body: StreamBody) {
    let frame = tap.publish(body)
    memory.add(tap.sequence, frame)
  }

  func run() throws {
    host.ready()
    while true {
      let before = MachineTime(nanoseconds: Clock.machineNanoseconds())
      let until = min(MachineTime(nanoseconds: host.deadline), nextStatus)
      _ = try poller.wait(
        sockets: [upstream.handle, tap.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) },
        until: until, now: before)
      let now = MachineTime(nanoseconds: Clock.machineNanoseconds())
      if serveHost(now) { return }
      greet()
      passOn()
      tellStatus(now)
    }
  }

  /// A word said before anybody listens is lost, so the first listener of this life hears it.
  private func greet() {
    guard tap.service(), !hasGreeted else { return }
    hasGreeted = true
    say("started")
  }

  private func passOn() {
    for _ in 0..<Self.messagesPerTurn {
      guard let reception = upstream.receive() else { return }
      if case .malformed(let why) = reception, relay.malformed == 0 {
        host.log.warning("message refused, further ones are only counted", ["reason": why])
      }
      if let body = relay.hear(reception) { publish(body) }
    }
  }

  /// Returns whether the process has to end now.
  private func serveHost(_ now: MachineTime) -> Bool {
    var ends = false
    for command in host.service(now: now.nanoseconds) {
      switch command {
      case .stop: ends = true
      case .drain:
        // Nothing is under way here that another process waits for.
        host.log.info("draining")
        say("draining")
        ends = true
      case .query(let query) where query.verb == "status": query.answer(statusJSON)
      case .query(let query) where query.verb == "past": answerPast(query)
      case .query(let query): query.refuse("\(query.verb): unknown; one of status, past")
      }
    }
    return ends
  }

  /// What of the past an answer holds.
  private struct Past: Encodable {
    let epoch: UInt64
    /// Number of the first frame, and of the newest there is.
    let first: UInt64
    let newest: UInt64
    /// Base64.
    let frames: [String]
  }

  private func answerPast(_ query: ControlQuery) {
    guard let from = query.arguments["from"].flatMap({ UInt64($0) }), from > 0 else {
      return query.refuse("past: from is no number above 0")
    }
    let (first, frames) = memory.frames(from: from)
    query.answer(
      JSONLine.text(
        Past(
          epoch: host.epoch, first: first, newest: memory.newest,
          frames: frames.map { Data($0).base64EncodedString() })))
  }

  private var counts: [(key: String, value: UInt64)] {
    [("relayed", relay.relayed), ("gaps", relay.gaps), ("malformed", relay.malformed)]
  }

  private var statusJSON: String {
    "{" + counts.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
  }

  private func tellStatus(_ now: MachineTime) {
    guard nextStatus <= now else { return }
    nextStatus = now.advanced(byMilliseconds: Self.statusMilliseconds)
    for (key, value) in counts { host.setStatus(key, "\(value)") }
  }
}
