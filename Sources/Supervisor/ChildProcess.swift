import CLinux
import Daemon
import Failpoint
import Glibc

/// One running process of ours: its id, a descriptor that stays its own whatever ids are reused,
/// and our end of its lifeline.
final class ChildProcess {
  let pid: Int32
  let lifeline: LifelineEnd
  /// Whether anything may still be heard on the lifeline; a closed one is readable for ever.
  var isHeard = true
  /// For onlookers who find it by its id.
  let mark: ProcessMark?
  /// Readable once the process is gone.
  let descriptor: Int32

  init(pid: Int32, descriptor: Int32, lifeline: LifelineEnd) {
    self.pid = pid
    mark = ProcessMark(pid: pid)
    self.descriptor = descriptor
    self.lifeline = lifeline
  }

  deinit { close(descriptor) }

  /// Signals this very process; one that is gone already hears nothing, which is no error.
  func signal(_ number: Int32) {
    failpoint(.supervisorSignalBefore)
    _ = il_pidfd_send_signal(descriptor, number)
    failpoint(.supervisorSignalAfter)
  }
}
