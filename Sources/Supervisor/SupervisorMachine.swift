import Daemon
import Glibc

/// Decides when each stage is started, watched, ended and restarted; does none of it.
///
///     state        event                           next
///     stopped      its turn in the start order     starting
///     starting     ready                           ready
///                  silent for start_timeout        aborting
///     ready        silent for heartbeat_timeout    aborting
///     both         drain or restart                draining
///                  exited                          backoff, or failed
///     draining     drain_timeout                   terminating
///     terminating  1 s                             killing
///     aborting     200 ms                          killing
///     these four   exited                          stopped, starting when it is to come back,
///                                                  else backoff or failed
///     backoff      its time                        starting
///     backoff,     restart                         starting
///     failed       drain                           stopped
///
/// 1. A stage has at most one process: the next generation is spawned only after the last one has
///    exited, never on a suspicion.
/// 2. The first time, a stage starts when the one before it is ready, says what of the world it
///    waits for, or is kept away by an operator; later deaths touch no other stage.
/// 3. A configuration problem is never retried. While starting up it ends everything with the same
///    code, so that nothing half-started is left running; later it fails the stage alone.
/// 4. A failed stage halts the pipeline as a whole in the eyes of the operator; the supervisor
///    stays up and says so.
/// 5. The owner of orders acknowledges a kill within 50 ms or is ended and started anew.
/// 6. A bystander is waited for by nobody and halts nothing, at the start neither: a forerunner
///    starts before everybody else and leaves last, the others start when everyone else has.
/// 7. When draining, stages leave one after the other in reverse order, each bounded in time.
struct SupervisorMachine: Sendable {
  var children: [SupervisedChild]
  private(set) var hasStarted = false
  /// The code to leave with, once draining.
  var drainCode: ExitCode?
  /// What the last press of the kill switch has led to.
  var kill: PipelineStatus.Kill?
  /// When the owner of orders is ended if it has not acknowledged the kill.
  var ownerAnswersBy: Int64?
  let settings: SupervisorSettings
  private var random: SeededGenerator
  var effects: [SupervisorEffect] = []

  /// `stages` in the order they start, from the sea to the springs; `bystanders` follow them, and
  /// `forerunners` are bystanders that go before.
  init(
    forerunners: [String] = [], stages: [String], bystanders: [String] = [],
    settings: SupervisorSettings, seed: UInt64
  ) {
    children =
      forerunners.map { SupervisedChild(name: $0, isBystander: true) }
      + stages.map { SupervisedChild(name: $0) }
      + bystanders.map { SupervisedChild(name: $0, isBystander: true) }
    self.settings = settings
    random = SeededGenerator(seed: seed)
  }

  /// `starting`, `running`, `halted` or `draining`.
  var state: String {
    if drainCode != nil { return "draining" }
    if children.contains(where: { $0.state == .failed && !$0.isBystander }) { return "halted" }
    return hasStarted ? "running" : "starting"
  }

  /// Machine time of the next `timer` event.
  var deadline: Int64? {
    (children.compactMap { $0.deadline(settings) } + [ownerAnswersBy].compactMap(\.self)).min()
  }

  /// Whether every process that trading needs and that ought to answer has just answered.
  func isFresh(now: Int64) -> Bool {
    children.allSatisfy { child in
      if child.isBystander { return true }
      return switch child.state {
      case .ready, .aborting, .killing:
        now - child.lastHeard <= settings.heartbeatTimeoutMilliseconds * 1_000_000
      default: true
      }
    }
  }

  mutating func step(_ event: SupervisorEvent, now: Int64) -> [SupervisorEffect] {
    effects = []
    switch event {
    case .start:
      for index in children.indices.prefix(while: { children[$0].isBystander }) {
        spawn(index, now)
      }
      startNext(now)
    case .spawned(let stage, let pid): spawned(stage, pid)
    case .spawnFailed(let stage, let reason, let code): spawnFailed(stage, reason, code, now)
    case .ready(let stage): ready(stage, now)
    case .heartbeat(let stage, let status): heartbeat(stage, status, now)
    case .exited(let stage, let status): exited(stage, status, now)
    case .timer:
      for index in children.indices { expire(index, now) }
      expireKill(now)
    case .wokeLate: wokeLate(now)
    case .drain: drain(.done, now)
    case .stopNow: stopNow(now)
    case .restart(let stage): restart(stage, now)
    case .stopStage(let stage): stopStage(stage, now)
    case .startStage(let stage): startStage(stage, now)
    case .kill(let kill): press(kill, now)
    case .killed(let stage): acknowledged(stage)
    }
    return effects
  }
}

// MARK: - Living

extension SupervisorMachine {
  func index(_ stage: String) -> Int? {
    children.firstIndex { $0.name == stage }
  }

  mutating func spawn(_ index: Int, _ now: Int64) {
    if children[index].generation > 0 { children[index].restarts += 1 }
    children[index].generation += 1
    children[index].comesBack = false
    children[index].isHeldDown = false
    children[index].readySince = nil
    children[index].lastHeard = now
    children[index].status = [:]
    children[index].enter(.starting, now: now)
    effects.append(.spawn(children[index].name, generation: children[index].generation))
  }

  /// Starts the first stage that never ran, if nobody before it is still waited for.
  mutating func startNext(_ now: Int64) {
    guard drainCode == nil, !hasStarted else { return }
    guard let next = children.firstIndex(where: \.isAwaited) else {
      hasStarted = true
      effects.append(.announceReady)
      note(.notice, "pipeline is ready", "supervisor", words)
      for index in children.indices
      where children[index].isBystander && children[index].generation == 0 { spawn(index, now) }
      return
    }
    if children[next].generation == 0 { spawn(next, now) }
  }

  private mutating func spawned(_ stage: String, _ pid: Int32) {
    guard let index = index(stage) else { return }
    children[index].pid = pid
    effects.append(.recordInstance)
    note(.info, "started", stage, "pid \(pid) generation \(children[index].generation)")
  }

  private mutating func ready(_ stage: String, _ now: Int64) {
    guard let index = index(stage), children[index].state == .starting else { return }
    children[index].lastHeard = now
    children[index].readySince = now
    children[index].hasAnswered = true
    children[index].enter(.ready, now: now)
    note(.info, "ready", stage, "generation \(children[index].generation)")
    startNext(now)
  }

  private mutating func heartbeat(_ stage: String, _ status: [String: String], _ now: Int64) {
    guard let index = index(stage), children[index].state.isAlive else { return }
    children[index].lastHeard = now
    children[index].status = status
    guard children[index].state == .starting, let cause = status["waits_for"],
      !children[index].hasAnswered
    else { return }
    children[index].hasAnswered = true
    note(.warning, "waits, the next stage starts without it", stage, "for \(cause)")
    startNext(now)
  }

  private mutating func wokeLate(_ now: Int64) {
    for index in children.indices where children[index].state.isAlive {
      children[index].lastHeard = now
    }
    note(.warning, "was stopped for a while, judging anew", "supervisor", "")
  }

  private mutating func expire(_ index: Int, _ now: Int64) {
    guard let deadline = children[index].deadline(settings), now >= deadline else { return }
    let stage = children[index].name
    switch children[index].state {
    case .starting, .ready:
      let silence = (now - children[index].lastHeard) / 1_000_000
      note(.error, "hung, aborting it", stage, "no heartbeat for \(silence) ms")
      alert(.stageHung, stage, "hung: no heartbeat for \(silence) ms; it is ended")
      end(index, .aborting, SIGABRT, now)
    case .aborting, .terminating: end(index, .killing, SIGKILL, now)
    case .draining:
      note(.warning, "did not drain in time, terminating it", stage, "")
      end(index, .terminating, SIGTERM, now)
    case .backoff: spawn(index, now)
    case .stopped, .failed, .killing: break
    }
  }

  mutating func end(_ index: Int, _ state: ChildState, _ signal: Int32, _ now: Int64) {
    children[index].enter(state, now: now)
    effects.append(.signal(children[index].name, signal))
  }
}

// MARK: - Ending

extension SupervisorMachine {
  private mutating func spawnFailed(
    _ stage: String, _ reason: String, _ code: ExitCode?, _ now: Int64
  ) {
    guard let index = index(stage), children[index].state == .starting else { return }
    note(.error, "could not be started", stage, reason)
    if drainCode == nil { alert(.stageDied, stage, "could not be started: \(reason)") }
    lost(index, code, now)
  }

  private mutating func exited(_ stage: String, _ status: ExitStatus, _ now: Int64) {
    guard let index = index(stage), children[index].state.isAlive else { return }
    children[index].pid = nil
    effects.append(.recordInstance)
    endedBeforeItKnew(stage)
    let wanted =
      drainCode != nil || children[index].comesBack || children[index].isHeldDown
    note(wanted ? .info : .error, wanted ? "left" : "died", stage, status.description)
    if !wanted { alert(.stageDied, stage, "died: \(status.description)") }
    lost(index, status.configurationProblem, now)
  }

  /// What follows when the stage has no process any more.
  private mutating func lost(_ index: Int, _ problem: ExitCode?, _ now: Int64) {
    if drainCode != nil {
      children[index].enter(.stopped, now: now)
      return continueDrain(now)
    }
    if children[index].isHeldDown { return children[index].enter(.stopped, now: now) }
    if let problem { return misconfigured(index, problem, now) }
    if children[index].comesBack { return spawn(index, now) }
    let verdict = children[index].policy.died(
      now: now, readySince: children[index].readySince, settings: settings, random: &random)
    switch verdict {
    case .restart(let delay):
      children[index].backoffUntil = now + delay * 1_000_000
      children[index].enter(.backoff, now: now)
    case .giveUp(let deaths):
      let detail = "\(deaths) deaths in \(settings.breakerWindowSeconds) s"
      children[index].enter(.failed, now: now)
      guard !children[index].isBystander else {
        note(.error, "given up until an operator restarts it", stageName(index), detail)
        return alert(.stageFailed, stageName(index), "given up: \(detail); it stays away")
      }
      note(.error, "breaker open, PIPELINE HALTED until an operator acts", stageName(index), detail)
      alert(.breaker, stageName(index), "breaker open, PIPELINE HALTED: \(detail)")
      halt("breaker of \(stageName(index)): \(detail)", now)
    }
  }

  private mutating func misconfigured(_ index: Int, _ problem: ExitCode, _ now: Int64) {
    children[index].enter(.failed, now: now)
    alert(
      .stageFailed, stageName(index),
      "cannot run as configured: exit code \(problem.rawValue); it stays away")
    guard hasStarted || children[index].isBystander else {
      note(.error, "cannot run as configured, stopping everything", stageName(index), "")
      return drain(problem, now)
    }
    let consequence = children[index].isBystander ? "" : ", PIPELINE HALTED"
    note(.error, "cannot run as configured\(consequence)", stageName(index), "")
  }

  private func stageName(_ index: Int) -> String { children[index].name }
}
