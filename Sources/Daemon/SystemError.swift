import Glibc

/// The sentence the system has for an error number.
package enum SystemError {
  /// The text of `code`, by default of the call that has just failed.
  package static func text(_ code: Int32 = errno) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }

  /// How a process ends for which opening, locking or writing a file failed with `code`: trouble
  /// of the moment, which the next start may not meet, or something that a person has to change.
  package static func exitCode(_ code: Int32) -> ExitCode {
    let passing = [EIO, ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM, ENOLCK, EINTR, EAGAIN, ENOBUFS]
    return passing.contains(code) ? .internalError : .badConfiguration
  }
}
