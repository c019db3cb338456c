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
  /// Ends every child of ours that is none of `known`: what a process that is gone had started, in
  /// whatever session or group it hid, has become ours and must not outlive its stage.
  static func endOrphans(knowing known: [Int32]) {
    let path = "/proc/self/task/\(getpid())/children"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16 * 1024)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return }
    for word in String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ") {
      if let pid = Int32(word), !known.contains(pid) { kill(pid, SIGKILL) }
    }
  }
}
