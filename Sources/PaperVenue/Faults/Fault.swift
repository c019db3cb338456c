/// A misfortune somebody ordered: which requests, which of them, and what happens.
struct Fault: Hashable, Sendable {
  /// Nil until the table gives it one.
  var id: String?
  var match = RequestMatch()
  var schedule = FaultSchedule()
  let kind: FaultKind
  /// The document it was made from, to be shown again.
  var document = JSON.null
}
