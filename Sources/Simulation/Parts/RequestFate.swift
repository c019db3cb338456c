/// What becomes of one request to the venue and of its answer.
struct RequestFate {
  /// How long it travels; nil when it never arrives.
  var there: Int64?
  /// How long the answer travels; nil when it never comes.
  var back: Int64?
  /// When it arrives once more, after the first time.
  var again: Int64?
  /// What the router hears in place of the venue's answer, and after how long.
  var said: (word: Said, after: Int64)?

  enum Said {
    case refused(String)
    case ambiguous(String)
  }
}
