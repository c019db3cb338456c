import Failpoint
import Glibc

/// What makes a stage a good Unix process: its flags, configuration, log, lifeline, signals and
/// control socket, all served from the stage's own loop.
///
/// 1. A heartbeat is sent only from `service`, so a loop that hangs is seen by the supervisor.
/// 2. When the lifeline closes the supervisor is dead, and the process leaves at once with 75: an
///    orphan must never act.
/// 3. A process of another build than its supervisor refuses to run.
/// 4. A press of the kill switch is acknowledged from the stage's own loop, once it knows of it.
package final class StageHost {
  static let heartbeatInterval: Int64 = 250_000_000
  /// A wait shorter than this is not worth a word.
  private static let waitingGrace: Int64 = 3_000_000_000
  private static let renewalInterval: Int64 = 2_000_000_000
  private static let packetsPerTurn = 64
  private static let mostStatusKeys = 32
  private static let mostUnsent = 256
  private static let longestStatusValue = 128

  package let stage: String
  package let options: StageOptions
  package let configuration: Configuration
  package let log: Log
  /// Which life of this stage under this supervisor; 1 without one.
  package let generation: UInt64
  /// Sixteen bytes the supervisor gave to this generation alone; random without one.
  package let token: [UInt8]
  package let build: String
  /// Grows with each life of the stage on this state.
  package let epoch: UInt64
  /// Machine nanoseconds when `service` must be called next.
  package private(set) var deadline: Int64 = 0

  /// Hears that the kill switch was pressed, before that is acknowledged.
  package var onKill: (([String: String]) -> Void)?
  /// Hears what is to be said on `tap control`.
  package var onNote: (([String: String]) -> Void)?
  /// Hears what people are to be told; the alerter's.
  package var onAlert: ((Alert) -> Void)?

  /// What a stage that is not ready yet waits for, such as the venue, which may take for ever.
  package var waitsFor: String?

  private let lifeline: LifelineEnd?
  private let signals: SignalDescriptor?
  private var control: ControlServer?
  private var status: [String: String] = [:]
  private var nextHeartbeat: Int64 = 0
  private var unsent: [LifelinePacket] = []
  private var isDraining = false
  private var isReady = false
  private let started = Clock.machineNanoseconds()
  private var malformedPackets = 0
  let limits: StageLimits
  /// Whether the limits hold for this process; a host in somebody else's bounds nothing.
  var isBounded = false
  private var nextRenewal: Int64 = 0

  init(
    stage: String, options: StageOptions, configuration: Configuration, log: Log,
    welcome: Welcome, epoch: UInt64, lifeline: LifelineEnd?, signals: SignalDescriptor?
  ) {
    self.stage = stage
    self.options = options
    self.configuration = configuration
    self.log = log
    generation = welcome.generation
    token = welcome.token
    build = welcome.build
    self.epoch = epoch
    self.lifeline = lifeline
    self.signals = signals
    limits = StageLimits(configuration.supervisor, stage: stage)
  }

  /// Poll all of these for readability.
  package var descriptors: [Int32] {
    [signals?.descriptor, lifeline?.descriptor].compactMap { $0 } + (control?.descriptors ?? [])
  }

  /// Reads whatever is readable, never waits, and says what there is to do; `now` is machine time.
  package func service(now: Int64) -> [StageCommand] {
    var commands = signalCommands()
    commands += lifelineCommands()
    commands += (control?.service(now: now) ?? []).map { .query($0) }
    beat(now)
    deadline = min(nextHeartbeat, control?.deadline(now: now) ?? .max)
    return commands
  }

  /// Says that a stage that is not ready yet goes on reading its files.
  ///
  /// Call it between pieces of work: a start is given up after a silence, not after a time.
  package func stillStarting() { beat(Clock.machineNanoseconds()) }

  /// Says that this stage does its work; the supervisor starts the next one after it.
  package func ready() {
    log.info("ready", ["generation": "\(generation)"])
    isReady = true
    failpoint(.daemonReadyBefore)
    send(LifelinePacket(.ready))
    failpoint(.daemonReadyAfter)
  }

  /// Sets what the next heartbeats tell operators; at most 32 keys of 128 bytes.
  package func setStatus(_ key: String, _ value: String) {
    guard status[key] != nil || status.count < Self.mostStatusKeys else { return }
    let key = String(key.prefix(Self.longestStatusValue))
    status[key] = String(decoding: value.utf8.prefix(Self.longestStatusValue), as: UTF8.self)
  }

  /// Has people told at once, by whatever means are configured; the log says it too.
  package func alert(_ text: String) {
    log.error("alert", ["text": text])
    send(.alert(text: text))
  }

  /// The alert needs nobody any more; until then the supervisor tells each new alerter of it.
  package func settled(_ id: String) { send(.alerted(id)) }

  /// Listens at `core/<stage>.sock`.
  package func openControlSocket() throws {
    let path = RunFiles(try options.requireRunDirectory()).controlSocket(stage)
    control = try ControlServer(path: path)
  }

  /// The last word to the supervisor before a clean end.
  func drained() {
    failpoint(.daemonDrainedBefore)
    send(LifelinePacket(.drained))
    failpoint(.daemonDrainedAfter)
  }

  // MARK: -

  private func signalCommands() -> [StageCommand] {
    (signals?.receive() ?? []).compactMap { number in
      switch number {
      // Ctrl-C goes to everyone in the terminal's group; the supervisor decides for all.
      case SIGINT where lifeline != nil: nil
      case SIGTERM, SIGINT: drainOrStop()
      default: nil
      }
    }
  }

  /// The first wish to end drains; whoever repeats it means now.
  private func drainOrStop() -> StageCommand {
    defer { isDraining = true }
    return isDraining ? .stop : .drain
  }

  private func lifelineCommands() -> [StageCommand] {
    guard let lifeline else { return [] }
    var commands: [StageCommand] = []
    for _ in 0..<Self.packetsPerTurn {
      switch lifeline.receive() {
      case .nothing: return commands
      case .closed: leaveOrphaned()
      case .packet(let packet) where packet.type == .drain:
        isDraining = true
        commands.append(.drain)
      case .packet(let packet) where packet.type == .stop:
        commands.append(.stop)
      case .packet(let packet) where packet.type == .kill:
        onKill?(packet.status ?? [:])
        send(LifelinePacket(.killed))
      case .packet(let packet) where packet.type == .note: onNote?(packet.status ?? [:])
      case .packet(let packet) where packet.type == .alert && onAlert != nil:
        if let alert = Alert(fields: packet.status ?? [:]) { onAlert?(alert) }
      case .packet, .malformed:
        malformedPackets += 1
        log.warning("lifeline packet refused", ["count": "\(malformedPackets)"])
      }
    }
    return commands
  }

  private func beat(_ now: Int64) {
    guard now >= nextHeartbeat else { return }
    nextHeartbeat = now + Self.heartbeatInterval
    renewLimits(now)
    let waiting = unsent
    unsent = []
    for packet in waiting { send(packet) }
    failpoint(.daemonHeartbeatBefore)
    var status = status
    if let waitsFor, !isReady, now - started >= Self.waitingGrace { status["waits_for"] = waitsFor }
    if send(.heartbeat(status), keep: false) == .closed { leaveOrphaned() }
    failpoint(.daemonHeartbeatAfter)
  }

  private func renewLimits(_ now: Int64) {
    guard isBounded, now >= nextRenewal else { return }
    nextRenewal = now + Self.renewalInterval
    do throws(Fatal) {
      try limits.renew()
    } catch {
      log.error("processor time not renewed", ["reason": error.message])
    }
  }

  /// A supervisor that does not read loses heartbeats, which repeat, but no word said once.
  @discardableResult
  private func send(_ packet: LifelinePacket, keep: Bool = true) -> LifelineEnd.Sent {
    guard let lifeline else { return .sent }
    let sent = lifeline.send(packet)
    if sent == .full, keep, unsent.count < Self.mostUnsent { unsent.append(packet) }
    return sent
  }

  private func leaveOrphaned() -> Never {
    log.error("supervisor is gone, leaving")
    _exit(ExitCode.tryAgain.rawValue)
  }
}
