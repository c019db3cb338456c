import Daemon
import Failpoint
import Glibc

/// The supervisor's hands: polls, feeds the machine and performs what it decides.
///
/// Lifelines are always read before any silence is judged, and after the supervisor itself was
/// stopped for a while the judgement begins anew, so that it never kills for its own absence.
final class SupervisorLoop {
  private static let longestWait: Int64 = 1_000_000_000
  private static let packetsPerTurn = 256
  private static let wordsInterval: Int64 = 250_000_000
  /// Microseconds a start may still take after each sign of ours.
  private static let startExtension = 60_000_000

  let options: StageOptions
  private let settings: SupervisorSettings
  let log: Log
  let premises: Premises
  private let siblings: Siblings
  private let signals: SignalDescriptor
  let control: ControlServer
  private let spawner: Spawner
  private let notifier: ServiceNotifier
  private let token: String
  let programs: ProgramKeeper
  let started = Clock.machineNanoseconds()
  private let logBound = LogBound()
  private let secrets: SecretPaths
  private let groups = ControlGroups.delegated()
  var instance: Instance
  var machine: SupervisorMachine
  var processes: [String: ChildProcess] = [:]
  var post: AlertPost
  var owedPress: OwedPress?
  private var nextWatchdog: Int64 = 0
  private var nextExtension: Int64 = 0
  /// The last STATUS= line, and when it is made anew.
  private var told = ""
  private var nextWords: Int64 = 0
  /// What the last wait found readable.
  private var readable: Set<Int32> = []
  /// Machine time of this turn, taken before anything is read: silence is judged by it.
  var now = Clock.machineNanoseconds()

  init(
    options: StageOptions, configuration: Configuration, log: Log, premises: Premises,
    siblings: Siblings, signals: SignalDescriptor, environment: [String: String]
  ) throws(Fatal) {
    self.options = options
    self.log = log
    self.premises = premises
    self.siblings = siblings
    self.signals = signals
    settings = configuration.supervisor
    secrets = try SecretPaths(options, configuration)
    try premises.check(secrets)
    control = try ControlServer(path: premises.run.controlSocket("supervisor"))
    spawner = Spawner(environment: environment)
    notifier = ServiceNotifier(environment: environment, pid: getpid())
    let secret = try RandomToken.make()
    token = RandomToken.hexadecimal(secret)
    let chosen = try StrategyProgram.read(
      options.strategyPrograms + configuration.signalService.programs)
    programs = ProgramKeeper(
      chosen, run: premises.run, stateDirectory: premises.stateDirectory, token: secret,
      environment: environment, settings: settings, launcher: try siblings.path(of: "supervisor"),
      secrets: secrets, log: log)
    instance = Instance(
      stateDirectory: premises.stateDirectory, runDirectory: premises.run.folder,
      profile: options.profile, account: options.account, build: siblings.build,
      supervisorPID: getpid(), startedMilliseconds: Clock.wallMilliseconds(), stages: [:])
    post = AlertPost(life: "\(instance.startedMilliseconds)")
    let seed = try RandomToken.make(length: 8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let wanted = Service.all.filter { $0.runs(options, configuration) }
    machine = SupervisorMachine(
      forerunners: wanted.filter(\.isForerunner).map(\.name),
      stages: wanted.filter { !$0.isBystander }.map(\.name),
      bystanders: wanted.filter { $0.isBystander && !$0.isForerunner }.map(\.name),
      settings: settings, seed: seed)
  }

  /// Runs until the machine says that all is over.
  func run() throws(Fatal) -> ExitCode {
    try premises.run.write(instance)
    var code = feed(.start)
    while code == nil {
      let patience = patience()
      wait(patience)
      let before = now
      now = Clock.machineNanoseconds()
      let lateness = now - before - patience
      code = turn(wasStopped: lateness > settings.heartbeatTimeoutMilliseconds * 500_000)
    }
    programs.end()
    try premises.run.forget()
    return code ?? .done
  }

  private func turn(wasStopped: Bool) -> ExitCode? {
    var code = readLifelines(all: wasStopped || machine.deadline.map { $0 <= now } ?? false)
    code = collectEnds() ?? code
    code = obeySignals() ?? code
    code = answerQueries() ?? code
    if wasStopped { code = feed(.wokeLate) ?? code }
    code = feed(.timer) ?? code
    payPress()
    programs.service(
      now: now, hasStarted: machine.hasStarted, isDraining: machine.drainCode != nil)
    tellService()
    logBound.service(now: now, log)
    return code
  }

  // MARK: - Waiting

  private func patience() -> Int64 {
    let now = Clock.machineNanoseconds()
    var deadline = now + Self.longestWait
    deadline = min(deadline, machine.deadline ?? .max, control.deadline(now: now) ?? .max)
    deadline = min(deadline, programs.deadline() ?? .max, owedPress?.due ?? .max)
    if notifier.watchdogInterval != nil { deadline = min(deadline, nextWatchdog) }
    return max(0, deadline - now)
  }

  private func wait(_ patience: Int64) {
    let descriptors =
      [signals.descriptor] + control.descriptors + programs.descriptors
      + processes.values.flatMap { process in
        [process.descriptor] + (process.isHeard ? [process.lifeline.descriptor] : [])
      }
    var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // Rounded up, or the last millisecond before a deadline would be spent spinning.
    poll(&items, nfds_t(items.count), Int32(clamping: (patience + 999_999) / 1_000_000))
    readable = Set(items.lazy.filter { $0.revents != 0 }.map(\.fd))
  }

  // MARK: - Hearing

  /// Before a silence is judged all are read, whatever the wait has found.
  private func readLifelines(all: Bool) -> ExitCode? {
    var code: ExitCode?
    for (name, process) in processes
    where all || readable.contains(process.lifeline.descriptor) {
      for _ in 0..<Self.packetsPerTurn where process.isHeard {
        let received = process.lifeline.receive()
        if received == .nothing { break }
        code = hear(received, from: name, process) ?? code
      }
    }
    return code
  }

  private func hear(
    _ received: LifelineEnd.Received, from name: String, _ process: ChildProcess
  ) -> ExitCode? {
    switch received {
    case .packet(let packet):
      failpoint(.supervisorHearAfter)
      switch packet.type {
      case .ready:
        let code = feed(.ready(name))
        repeatAlerts(to: name)
        return code
      case .heartbeat: return feed(.heartbeat(name, packet.status ?? [:]))
      case .drained: log.debug("drained", ["stage": name])
      case .killed: return feed(.killed(name))
      case .alert: hearAlert(packet, from: name)
      case .alerted: hearSettled(packet, from: name)
      case .welcome, .drain, .stop, .kill, .note:
        log.warning("lifeline packet refused", ["stage": name])
      }
    case .malformed: log.warning("lifeline packet refused", ["stage": name])
    // Its process is about to end, or is silent from now on and ends as one that hangs.
    case .closed: process.isHeard = false
    case .nothing: break
    }
    return nil
  }

  private func collectEnds() -> ExitCode? {
    var code: ExitCode?
    let ends = Reaper.collect()
    for end in ends {
      failpoint(.supervisorReapAfter)
      if programs.collect(end.pid, end.status, now: now) { continue }
      guard let name = processes.first(where: { $0.value.pid == end.pid })?.key else {
        log.warning("orphan collected", ["pid": "\(end.pid)", "status": end.status.description])
        continue
      }
      processes[name] = nil
      groups?.end(name)
      code = feed(.exited(name, end.status)) ?? code
    }
    if !ends.isEmpty { Reaper.endOrphans(knowing: processes.values.map(\.pid) + programs.pids) }
    return code
  }

  private func obeySignals() -> ExitCode? {
    var code: ExitCode?
    for number in signals.receive() where number == SIGTERM || number == SIGINT {
      let again = machine.drainCode != nil
      code = feed(again ? .stopNow : .drain) ?? code
    }
    return code
  }

  // MARK: - Doing

  func feed(_ event: SupervisorEvent) -> ExitCode? {
    var code: ExitCode?
    for effect in machine.step(event, now: now) {
      switch effect {
      case .spawn(let stage, let generation): code = spawn(stage, generation) ?? code
      case .tell(let stage, let word): _ = processes[stage]?.lifeline.send(LifelinePacket(word))
      case .send(let stage, let packet): _ = processes[stage]?.lifeline.send(packet)
      case .pressLatch(let reason): pressLatch(reason)
      case .alert(let event, let stage, let text): raise(event, stage, text)
      case .signal(let stage, let number): processes[stage]?.signal(number)
      case .recordInstance: recordInstance()
      case .announceReady:
        // In one message: who sees the service active sees its state, and not the start's.
        told = machine.words
        notifier.send("READY=1\nSTATUS=\(told)")
        StartPages.giveBack()
      case .announceStopping: notifier.send("STOPPING=1\nSTATUS=draining")
      case .log(let note): write(note)
      case .end(let exit): code = exit
      }
    }
    return code
  }

  private func spawn(_ stage: String, _ generation: UInt64) -> ExitCode? {
    do throws(Fatal) {
      guard let service = Service.all.first(where: { $0.name == stage }) else {
        throw Fatal(.internalError, "unable to start \(stage): no such service")
      }
      try groups?.prepare(stage)
      let process = try spawner.spawn(
        try siblings.path(of: stage), try service.arguments(options, secrets, supervisor: getpid()))
      groups?.add(process.pid, to: stage)
      let welcome = LifelinePacket.welcome(
        generation: generation, token: token, build: instance.build)
      failpoint(.supervisorWelcomeBefore)
      _ = process.lifeline.send(welcome)
      failpoint(.supervisorWelcomeAfter)
      processes[stage] = process
      return feed(.spawned(stage, pid: process.pid))
    } catch {
      let problem = error.code.needsOperator ? error.code : nil
      return feed(.spawnFailed(stage, reason: error.message, code: problem))
    }
  }

  /// The file serves onlookers; a full disk must not end what it describes.
  private func recordInstance() {
    instance.stages = processes.mapValues(\.pid)
    instance.processes = processes.compactMapValues(\.mark)
    instance.processes?["supervisor"] = ProcessMark(pid: getpid())
    do throws(Fatal) {
      try premises.run.write(instance)
    } catch {
      log.error("instance.json is out of date", ["reason": error.message])
    }
  }

  private func write(_ note: Note) {
    let fields: KeyValuePairs = ["stage": note.stage, "detail": note.detail]
    switch note.level {
    case .debug: log.debug(note.message, fields)
    case .info: log.info(note.message, fields)
    case .notice: log.notice(note.message, fields)
    case .warning: log.warning(note.message, fields)
    case .error: log.error(note.message, fields)
    }
  }

  /// A watchdog is only fed when every stage has just answered.
  private func tellService() {
    if !notifier.isSilent, now >= nextWords {
      nextWords = now + Self.wordsInterval
      let words = machine.words
      if words != told, machine.drainCode == nil { notifier.send("STATUS=\(words)") }
      told = words
      // A start that waits for the world is no hang, and STATUS= says what it waits for.
      if !machine.hasStarted, now >= nextExtension {
        nextExtension = now + Self.longestWait
        notifier.send("EXTEND_TIMEOUT_USEC=\(Self.startExtension)")
      }
    }
    guard let interval = notifier.watchdogInterval, now >= nextWatchdog else { return }
    let isFresh = machine.isFresh(now: now)
    if isFresh { notifier.send("WATCHDOG=1") }
    // One word left out is all the time there is: who is being ended is looked at again soon.
    nextWatchdog = now + (isFresh ? interval : min(interval, Self.wordsInterval))
  }
}
