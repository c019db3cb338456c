import Failpoint

/// A question that arrived on a control socket and waits for its answer.
///
/// Answered exactly once, in this turn of the loop or a later one; one that is dropped unanswered
/// answers itself with a refusal, so that nobody waits for nothing.
package final class ControlQuery {
  package let verb: String
  package let arguments: [String: String]
  /// Who asks, as the kernel says: a user, its number and a process.
  package let peer: String
  private let connection: ControlConnection
  private var isOpen = true

  init(verb: String, arguments: [String: String], connection: ControlConnection) {
    self.verb = verb
    self.arguments = arguments
    peer = connection.peer
    self.connection = connection
  }

  deinit {
    if isOpen { refuse("\(verb): the stage gave no answer") }
  }

  /// Answers with `json`, one JSON value.
  package func answer(_ json: String) {
    guard isOpen else { return }
    isOpen = false
    failpoint(.daemonAnswerBefore)
    connection.reply(.result(json))
    failpoint(.daemonAnswerAfter)
  }

  package func refuse(_ reason: String) {
    guard isOpen else { return }
    isOpen = false
    connection.reply(.refusal(reason))
  }
}
