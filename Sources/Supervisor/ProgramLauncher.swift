import CLinux
import Daemon
import Glibc

/// The last step before a strategy program: bounds the process and becomes the program.
///
/// It dies with the supervisor, gains no privileges, holds at most 64 descriptors, leaves no core
/// and writes no file above 16 MiB, its log included. What it may see of the machine is not bounded
/// here: namespaces and Landlock are the service's business.
enum ProgramLauncher {
  static let verb = "launch-program"
  static let descriptors: rlim_t = 64
  static let longestFile: rlim_t = 16 * 1024 * 1024

  /// Whether this process was started to become a program, and so never returns from here.
  static func launchIfAsked() {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, arguments[1] == verb, let parent = Int32(arguments[2]) else {
      return
    }
    let limits = [
      (__rlimit_resource_t(RLIMIT_NOFILE.rawValue), descriptors),
      (__rlimit_resource_t(RLIMIT_CORE.rawValue), 0),
      (__rlimit_resource_t(RLIMIT_FSIZE.rawValue), longestFile),
    ]
    var bounded =
      il_prctl(PR_SET_PDEATHSIG, UInt(SIGKILL)) == 0 && getppid() == parent
      && il_prctl(PR_SET_NO_NEW_PRIVS, 1) == 0
    for (resource, most) in limits {
      var limit = rlimit(rlim_cur: most, rlim_max: most)
      bounded = bounded && setrlimit(resource, &limit) == 0
    }
    guard bounded else { StageHost.leave(.tryAgain) }
    var argv: [UnsafeMutablePointer<CChar>?] = [strdup(arguments[3]), nil]
    execve(arguments[3], &argv, environ)
    Log("supervisor").fatal(
      Fatal(
        .badConfiguration,
        "unable to run \(arguments[3]): \(SystemError.text()): see its first line"))
    StageHost.leave(.badConfiguration)
  }
}
