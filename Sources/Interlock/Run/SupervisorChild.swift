import Daemon
import Glibc

/// The supervisor as a child of this command: it drains when this process dies.
final class SupervisorChild {
  let pid: Int32
  private var status: Int32?

  /// Starts the sibling executable; everything it and its stages log is appended to `log`.
  init(_ arguments: [String], log: String) throws(Fatal) {
    let executable = try Siblings.ofThisProcess().path(of: "supervisor")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_APPEND | O_CREAT, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own: Ctrl-C is for this command, which then drains the pipeline.
    posix_spawnattr_setpgroup(&attributes, 0)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let all = [executable] + arguments + ["--parent", "\(getpid())"]
    let argv = all.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, executable, &actions, &attributes, argv, environ)
    guard failure == 0 else {
      throw Fatal(
        .badConfiguration,
        "unable to start \(executable): \(SystemError.text(failure)): make \(log) writable")
    }
    self.pid = pid
  }

  deinit { kill() }

  /// How it ended, as a shell would say it; nil while it runs.
  var exitCode: Int32? {
    if status == nil {
      var raw: Int32 = 0
      if waitpid(pid, &raw, WNOHANG) == pid {
        status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + (raw & 0x7F)
      }
    }
    return status
  }

  func terminate() { if exitCode == nil { Glibc.kill(pid, SIGTERM) } }

  /// Its stages follow it into death.
  func kill() { if exitCode == nil { Glibc.kill(pid, SIGKILL) } }
}
