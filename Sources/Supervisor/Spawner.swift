import CLinux
import Daemon
import Failpoint
import Glibc

/// Starts processes: each in a group of its own, with nothing inherited but standard error and its
/// lifeline, with no signal blocked or ignored.
///
/// Must be called from the main thread: the kernel kills a child with PDEATHSIG when the *thread*
/// that spawned it ends.
struct Spawner: Sendable {
  /// Variables that belong to the supervisor's own talk with the service manager.
  private static let withheld = [
    "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID",
    "LISTEN_FDNAMES", "SWIFT_BACKTRACE", "CREDENTIALS_DIRECTORY",
  ]

  let environment: [String]

  /// A child's environment from ours; the backtracer is off, or the first SIGABRT would not kill.
  init(environment: [String: String]) {
    self.environment =
      environment.filter { !Self.withheld.contains($0.key) }
      .map { "\($0.key)=\($0.value)" }.sorted() + ["SWIFT_BACKTRACE=enable=no"]
  }

  /// Starts `executable`; the child finds the other end of the lifeline as descriptor 3.
  func spawn(_ executable: String, _ arguments: [String]) throws(Fatal) -> ChildProcess {
    let number = failpoint(.supervisorSpawnBefore)
    guard number == 0 else {
      throw Fatal(
        .tryAgain, "unable to start \(executable): \(SystemError.text(number)): try again")
    }
    let (ours, theirs) = try LifelineEnd.pair()
    let pid = try launch(executable, arguments, lifeline: theirs.descriptor)
    let descriptor = il_pidfd_open(pid)
    guard descriptor >= 0 else {
      let reason = SystemError.text()
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
      throw Fatal(.tryAgain, "unable to watch process \(pid): \(reason): close some files")
    }
    failpoint(.supervisorSpawnAfter)
    return ChildProcess(pid: pid, descriptor: descriptor, lifeline: ours)
  }

  private func launch(
    _ executable: String, _ arguments: [String], lifeline: Int32
  ) throws(Fatal) -> Int32 {
    let (pid, failure) = Self.spawn([executable] + arguments, environment) { actions in
      [
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0),
        posix_spawn_file_actions_adddup2(&actions, lifeline, StageHost.lifelineDescriptor),
        posix_spawn_file_actions_addclosefrom_np(&actions, StageHost.lifelineDescriptor + 1),
      ]
    }
    guard failure == 0 else {
      let again = failure == EAGAIN || failure == ENOMEM || failure == EMFILE || failure == ENFILE
      throw Fatal(
        again ? .tryAgain : .badConfiguration,
        "unable to start \(executable): \(SystemError.text(failure)): build all products")
    }
    return pid
  }
}

extension Spawner {
  /// Starts a strategy program's launcher: `input` is its standard input, `log` takes its words,
  /// and `report` what the launcher has to say of itself.
  static func spawnProgram(
    _ arguments: [String], _ environment: [String], input: Int32, report: Int32, log: String
  ) throws(Fatal) -> pid_t {
    let (pid, failure) = spawn(arguments, environment) { actions in
      [
        posix_spawn_file_actions_adddup2(&actions, input, 0),
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600),
        posix_spawn_file_actions_adddup2(&actions, 1, 2),
        posix_spawn_file_actions_adddup2(&actions, report, ProgramLauncher.reportDescriptor),
        posix_spawn_file_actions_addclosefrom_np(&actions, ProgramLauncher.reportDescriptor + 1),
      ]
    }
    guard failure == 0 else {
      throw Fatal(.tryAgain, "unable to start \(arguments[0]): \(SystemError.text(failure))")
    }
    return pid
  }

  /// Starts `command` with no blocked and no ignored signal, in a process group of its own; `files`
  /// says what becomes of its descriptors.
  ///
  /// Returns the process and 0, or the number of the error.
  private static func spawn(
    _ command: [String], _ environment: [String],
    files: (inout posix_spawn_file_actions_t) -> [Int32]
  ) -> (pid: pid_t, failure: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
    let prepared =
      files(&actions) + [
        posix_spawnattr_setsigmask(&attributes, &none),
        posix_spawnattr_setsigdefault(&attributes, &all),
        posix_spawnattr_setpgroup(&attributes, 0),
        posix_spawnattr_setflags(&attributes, Int16(flags)),
      ]
    var pid: pid_t = 0
    let failure =
      prepared.first { $0 != 0 }
      ?? CStrings.with(command) { argv in
        CStrings.with(environment) { envp in
          posix_spawn(&pid, command[0], &actions, &attributes, argv, envp)
        }
      }
    return (pid, failure)
  }
}

/// Arrays of C strings that live as long as a call.
private enum CStrings {
  static func with<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
  }
}
