import Daemon

/// How a process ended.
enum ExitStatus: Equatable, Sendable, CustomStringConvertible {
  case code(Int32)
  case signal(Int32)

  /// From what wait(2) reports.
  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7F
    self = signal == 0 ? .code((waitStatus >> 8) & 0xFF) : .signal(signal)
  }

  /// The code, when it says that starting again cannot help.
  var configurationProblem: ExitCode? {
    guard case .code(let number) = self, let code = ExitCode(rawValue: number), code.needsOperator
    else { return nil }
    return code
  }

  var description: String {
    switch self {
    case .code(let number): "exit \(number)"
    case .signal(let number): "signal \(number)"
    }
  }
}
