import CLinux
import Glibc

/// TERM, INT, HUP and CHLD as something to poll, instead of handlers that interrupt anything.
package final class SignalDescriptor {
  package let descriptor: Int32

  /// Blocks the signals in this thread and in every thread it starts later, so this comes before
  /// any library makes one; also ignores SIGPIPE.
  package init() throws(Fatal) {
    signal(SIGPIPE, SIG_IGN)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGTERM, SIGINT, SIGHUP, SIGCHLD] { sigaddset(&signals, number) }
    let flags = Int32(SFD_NONBLOCK) | Int32(SFD_CLOEXEC)
    guard pthread_sigmask(SIG_BLOCK, &signals, nil) == 0 else {
      throw Fatal(.internalError, "unable to block signals: \(SystemError.text())")
    }
    descriptor = signalfd(-1, &signals, flags)
    guard descriptor >= 0 else {
      throw Fatal(.internalError, "unable to make a signalfd: \(SystemError.text())")
    }
  }

  deinit { close(descriptor) }

  /// The signals that came since the last call.
  package func receive() -> [Int32] {
    var numbers: [Int32] = []
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    while numbers.count < 64, read(descriptor, &information, size) == size {
      numbers.append(Int32(bitPattern: information.ssi_signo))
    }
    return numbers
  }
}
