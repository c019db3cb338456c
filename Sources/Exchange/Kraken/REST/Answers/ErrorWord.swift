/// The venue's words for a request that failed as a whole.
enum ErrorWord {
  /// Errors that are found before a request is processed: nothing was done.
  ///
  /// All others, known or not, prove nothing of a request that changes something.
  static let definite: Set<String> = [
    "apiLimitExceeded", "authenticationError", "invalidArgument", "nonceBelowThreshold",
    "nonceDuplicate", "requiredArgumentMissing",
  ]

  /// `invalidArgument: symbol` is an `invalidArgument`.
  static func isDefinite(_ word: String) -> Bool {
    definite.contains(word.split(separator: ":").first.map(String.init) ?? "")
  }

  /// The error that `body` reports in one of the venue's three shapes; nil when it reports none.
  ///
  ///     {"result":"error","error":"apiLimitExceeded"}
  ///     {"status":"unauthorized", …}
  ///     {"status":"BAD_REQUEST","errors":[{"code":…,"message":…}]}
  static func reported(in body: JSONValue) throws(MalformedAnswer) -> String? {
    let first = body["errors"].list?.first ?? .null
    let detail = body["error"].text ?? first["message"].text ?? first.text
    switch body["result"] {
    case .string("success"): return detail
    case .string("error"): return detail ?? "error without a word"
    case .null: return detail ?? body["status"].text
    default: throw MalformedAnswer("unknown result")
    }
  }
}
