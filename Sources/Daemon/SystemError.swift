import Glibc

/// The sentence the system has for an error number.
package enum SystemError {
  /// The text of `code`, by default of the call that has just failed.
  package static func text(_ code: Int32 = errno) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}
