/// What an armed failpoint does to its process.
package enum FailAction: Hashable, Sendable, CustomStringConvertible {
  /// SIGKILL, from the process to itself.
  case kill
  /// `abort()`.
  case abort
  /// Stopped, as by SIGSTOP, and woken again after so long.
  case stop(milliseconds: Int64)
  /// Asleep for so long; everything else of the process waits too.
  case delay(milliseconds: Int64)
  /// The call that stands there fails with this number of errno.
  case fail(errno: Int32)

  /// Bounds of a time, in milliseconds.
  static let times: ClosedRange<Int64> = 1...600_000

  package var description: String {
    switch self {
    case .kill: "kill"
    case .abort: "abort"
    case .stop(let milliseconds): "stop:\(milliseconds)"
    case .delay(let milliseconds): "delay:\(milliseconds)"
    case .fail(let number): FailErrno(rawValue: number)?.word ?? "errno \(number)"
    }
  }

  /// `kill`, `abort`, `stop[:MS]`, `delay[:MS]`, `eio` or `enospc`; nil for anything else.
  init?(_ text: Substring) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let word = parts.first?.lowercased() ?? ""
    var time: Int64?
    if parts.count == 2 {
      guard let given = Int64(parts[1]), Self.times.contains(given) else { return nil }
      time = given
    }
    switch (word, time) {
    case ("kill", nil): self = .kill
    case ("abort", nil): self = .abort
    case ("stop", _): self = .stop(milliseconds: time ?? 10_000)
    case ("delay", _): self = .delay(milliseconds: time ?? 200)
    case ("eio", nil): self = .fail(errno: FailErrno.inputOutput.rawValue)
    case ("enospc", nil): self = .fail(errno: FailErrno.noSpace.rawValue)
    default: return nil
    }
  }
}

/// The errors a failpoint can pretend.
package enum FailErrno: Int32, Sendable {
  case inputOutput = 5
  case noSpace = 28

  var word: String { self == .inputOutput ? "eio" : "enospc" }
}
