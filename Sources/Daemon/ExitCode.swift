/// What a process says with its exit status; scripts and the supervisor depend on the numbers.
package enum ExitCode: Int32, Sendable {
  /// Done.
  case done = 0
  /// The answer is no.
  case no = 1
  /// A flag or argument is wrong.
  case misuse = 64
  /// The process that should answer is not running.
  case notRunning = 69
  /// Something that should not happen did.
  case internalError = 70
  /// Somebody else is in the way for now.
  case tryAgain = 75
  /// Configuration, permissions or state that only an operator can put right.
  case badConfiguration = 78

  /// A death with this code repeats itself on every start, so restarting cannot help.
  package var needsOperator: Bool {
    self == .misuse || self == .badConfiguration
  }
}
