import CLinux
import Daemon
import Glibc

/// The last step before a strategy program: bounds the process and becomes the program.
///
/// It dies with the supervisor, gains no privileges, holds at most 64 descriptors, 1 GiB of memory
/// and a day of processor time, leaves no core and writes no file above 16 MiB, its log included.
/// What it may see of the machine `ProgramWalls` bounds; what of that could not be had is written
/// to descriptor 3, which closes when the program begins.
enum ProgramLauncher {
  static let verb = "launch-program"
  static let reportDescriptor: Int32 = 3
  private static let limits: [(__rlimit_resource, rlim_t)] = [
    (RLIMIT_NOFILE, 64), (RLIMIT_CORE, 0), (RLIMIT_FSIZE, 16 * 1024 * 1024),
    (RLIMIT_DATA, 1 << 30), (RLIMIT_CPU, 86_400),
  ]
  /// Stages come first.
  private static let niceness: Int32 = 5

  /// The launcher's arguments after the verb: whose child, which program, within which walls.
  static func arguments(parent: Int32, program: String, walls: ProgramWalls) -> [String] {
    ["\(parent)", program, walls.open, walls.run] + walls.hidden
  }

  /// Whether this process was started to become a program, and so never returns from here.
  static func launchIfAsked() {
    let arguments = CommandLine.arguments
    guard arguments.count >= 6, arguments[1] == verb, let parent = Int32(arguments[2]) else {
      return
    }
    let program = arguments[3]
    do throws(Fatal) {
      try bound(parent)
      let walls = ProgramWalls(
        open: arguments[4], run: arguments[5], hidden: Array(arguments.dropFirst(6)))
      report(try walls.build())
      var argv: [UnsafeMutablePointer<CChar>?] = [strdup(program), nil]
      execve(program, &argv, environ)
      throw Fatal(
        .badConfiguration,
        "unable to run \(program): \(SystemError.text()): see its first line; it lies in no folder "
          + "that is hidden from programs")
    } catch {
      Log("supervisor").fatal(error)
      StageHost.leave(error.code)
    }
  }

  private static func bound(_ parent: Int32) throws(Fatal) {
    var bounded =
      il_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL)) == 0 && getppid() == parent
      && il_prctl(PR_SET_NO_NEW_PRIVS, 1) == 0
      && fcntl(reportDescriptor, F_SETFD, FD_CLOEXEC) == 0
    for (resource, most) in limits {
      var limit = rlimit(rlim_cur: most, rlim_max: most)
      bounded = bounded && setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
    }
    guard bounded else {
      throw Fatal(.tryAgain, "unable to bound a program: \(SystemError.text())")
    }
    errno = 0
    _ = nice(niceness)
  }

  private static func report(_ missing: [String]) {
    let bytes = Array((missing.joined(separator: "; ")).utf8)
    _ = write(reportDescriptor, bytes, bytes.count)
  }
}
