import CLinux
import Daemon
import Glibc

/// Keeps strategy programs running: started when the pipeline is, restarted when they end, ended
/// before it drains.
///
/// 1. A program is no stage: its death, hang or absence changes nothing for the pipeline.
/// 2. It inherits an allow-list of variables, a log of its own and one line on its standard input;
///    no lifeline, no descriptor of ours, no secret but the token of its own name. `ProgramWalls`
///    stand around it.
/// 3. At most one process of a program lives; its whole group ends with it.
final class ProgramKeeper {
  private static let variables = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH"]
  private static let patience: Int64 = 1_000_000_000

  /// What a program is told: one line of JSON on its standard input.
  private struct Introduction: Encodable {
    let version = 1
    let strategy: String
    let source: String
    let epoch: UInt64
    let token: String
    let market: String
    let snapshot: String
    let signals: String
  }

  private let run: RunFiles
  private let logs: String
  private let token: [UInt8]
  private let environment: [String]
  private let settings: SupervisorSettings
  private let launcher: String
  private let walls: ProgramWalls
  private let log: Log
  private var kept: [KeptProgram]
  private var random: SeededGenerator
  private var endingSince: Int64?

  init(
    _ programs: [StrategyProgram], run: RunFiles, stateDirectory: String, token: [UInt8],
    environment: [String: String], settings: SupervisorSettings, launcher: String,
    keyPath: String, log: Log
  ) {
    kept = programs.map { KeptProgram($0) }
    walls = ProgramWalls(
      open: run.open, run: run.folder,
      hidden: [stateDirectory, keyPath] + [environment["CREDENTIALS_DIRECTORY"]].compactMap(\.self))
    self.run = run
    logs = "\(stateDirectory)/programs"
    self.token = token
    self.environment =
      Self.variables.compactMap { name in environment[name].map { "\(name)=\($0)" } }
      + ["SWIFT_BACKTRACE=enable=no"]
    self.settings = settings
    self.launcher = launcher
    self.log = log
    random = SeededGenerator(seed: UInt64(token.count))
    if !programs.isEmpty { mkdir(logs, 0o700) }
  }

  /// For operators.
  var status: [PipelineStatus.Program] { kept.map(\.status) }

  var pids: [pid_t] { kept.compactMap { $0.process?.pid } }

  /// Readable when a program has ended.
  var descriptors: [Int32] { kept.compactMap { $0.process?.descriptor } }

  /// Machine time of the next start, or of the next harder word.
  func deadline() -> Int64? {
    if let endingSince { return descriptors.isEmpty ? nil : endingSince + Self.patience }
    return kept.filter { $0.process == nil && $0.generation > 0 }.compactMap(\.dueAt).min()
  }

  /// Starts what is due while the pipeline runs; ends all while it drains.
  func service(now: Int64, hasStarted: Bool, isDraining: Bool) {
    if isDraining {
      if endingSince == nil {
        endingSince = now
        signalAll(SIGTERM)
      } else if let endingSince, now >= endingSince + Self.patience {
        signalAll(SIGKILL)
      }
      return
    }
    guard hasStarted else { return }
    for index in kept.indices where kept[index].readReport() {
      log.warning(
        "PROGRAM WITHOUT ALL ITS WALLS",
        ["strategy": kept[index].program.name, "missing": kept[index].missing ?? ""])
    }
    for index in kept.indices where kept[index].process == nil {
      if let due = kept[index].dueAt, due <= now { start(index, now) }
    }
  }

  /// Ends what is left, at once.
  func end() { signalAll(SIGKILL) }

  /// Takes note of an end; false when the process is none of ours.
  func collect(_ pid: pid_t, _ status: ExitStatus, now: Int64) -> Bool {
    guard let index = kept.firstIndex(where: { $0.process?.pid == pid }) else { return false }
    kept[index].end()
    // What it started has lost its strategy.
    kill(-pid, SIGKILL)
    let name = kept[index].program.name
    if endingSince == nil {
      log.warning("program ended", ["strategy": name, "status": status.description])
    }
    retry(index, now)
    return true
  }

  private func retry(_ index: Int, _ now: Int64) {
    let verdict = kept[index].policy.died(
      now: now, readySince: kept[index].startedAt, settings: settings, random: &random)
    switch verdict {
    case .restart(let delay): kept[index].dueAt = now + delay * 1_000_000
    case .giveUp(let deaths):
      kept[index].dueAt = nil
      log.error(
        "program given up, the pipeline goes on without it",
        [
          "strategy": kept[index].program.name,
          "deaths": "\(deaths) in \(settings.breakerWindowSeconds) s",
        ])
    }
  }

  private func signalAll(_ number: Int32) {
    for process in kept.compactMap(\.process) {
      _ = il_pidfd_send_signal(process.descriptor, number)
      if number == SIGKILL { kill(-process.pid, SIGKILL) }
    }
  }

  private func start(_ index: Int, _ now: Int64) {
    kept[index].generation += 1
    kept[index].startedAt = now
    let program = kept[index].program
    do throws(Fatal) {
      let (process, report) = try spawn(program, generation: kept[index].generation)
      kept[index].begin(process, report: report)
      log.info(
        "program started",
        [
          "strategy": program.name, "pid": "\(process.pid)",
          "generation": "\(kept[index].generation)",
        ])
    } catch {
      log.error("program not started", ["strategy": program.name, "reason": error.message])
      retry(index, now)
    }
  }

  private func introduction(_ program: StrategyProgram, _ generation: UInt64) -> String {
    let room = "ipc://\(run.open)"
    return JSONLine.text(
      Introduction(
        strategy: program.name, source: "program/\(program.name)", epoch: generation,
        token: RandomToken.hexadecimal(
          ProgramToken.bytes(instance: token, program: program.name)),
        market: "\(room)/market.ipc", snapshot: "\(room)/market-snapshot.ipc",
        signals: "\(room)/signals.ipc")) + "\n"
  }

  private func spawn(
    _ program: StrategyProgram, generation: UInt64
  ) throws(Fatal) -> (process: (pid: pid_t, descriptor: Int32), report: Int32) {
    let input = try Self.pipe()
    defer { for end in [input.read, input.write] { close(end) } }
    // Far shorter than what a pipe holds, so that it never waits.
    let line = Array(introduction(program, generation).utf8)
    guard write(input.write, line, line.count) == line.count else {
      throw Fatal(.tryAgain, "unable to write to a pipe: \(SystemError.text())")
    }
    let report = try Self.pipe()
    defer { close(report.write) }
    _ = fcntl(report.read, F_SETFL, O_NONBLOCK)
    let file = "\(logs)/\(program.name).log"
    // The last life's words stay beside.
    rename(file, "\(file).1")
    do throws(Fatal) {
      let pid = try Spawner.spawnProgram(
        [launcher, ProgramLauncher.verb]
          + ProgramLauncher.arguments(parent: getpid(), program: program.path, walls: walls),
        environment, input: input.read, report: report.write, log: file)
      return ((pid, try Self.watch(pid)), report.read)
    } catch {
      close(report.read)
      throw error
    }
  }

  private static func pipe() throws(Fatal) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else {
      throw Fatal(.tryAgain, "unable to make a pipe: \(SystemError.text())")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func watch(_ pid: pid_t) throws(Fatal) -> Int32 {
    let descriptor = il_pidfd_open(pid)
    guard descriptor >= 0 else {
      let reason = SystemError.text()
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
      throw Fatal(.tryAgain, "unable to watch process \(pid): \(reason): close some files")
    }
    return descriptor
  }
}
