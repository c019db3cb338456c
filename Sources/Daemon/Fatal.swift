/// Why a process cannot go on: one line for the operator and the exit code that goes with it.
///
/// The message reads `unable to VERB OBJECT: reason: remedy` and never names the process, which
/// whoever prints it adds in front.
package struct Fatal: Error, Equatable, CustomStringConvertible {
  package let code: ExitCode
  package let message: String

  package init(_ code: ExitCode, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
