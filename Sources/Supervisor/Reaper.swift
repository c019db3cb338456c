import CLinux
import Glibc

/// The one place where processes that ended are waited for, our children and the orphans of our
/// children alike.
enum Reaper {
  /// Ends that have not been collected; whatever else ran in the dead process's group goes with it.
  static func collect() -> [(pid: Int32, status: ExitStatus)] {
    var ends: [(pid: Int32, status: ExitStatus)] = []
    while ends.count < 256 {
      var information = siginfo_t()
      guard waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return ends }
      let pid = information._sifields._sigchld.si_pid
      guard pid > 0 else { return ends }
      // Before the wait, while the id of the group cannot yet belong to anybody else.
      kill(-pid, SIGKILL)
      var status: Int32 = 0
      guard waitpid(pid, &status, 0) == pid else { return ends }
      ends.append((pid, ExitStatus(waitStatus: status)))
    }
    return ends
  }
}
