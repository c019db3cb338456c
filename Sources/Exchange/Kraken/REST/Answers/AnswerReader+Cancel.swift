import Domain

// POST cancelorder.

extension AnswerReader {
  func cancel(_ id: ClientOrderID, _ body: JSONValue) throws(MalformedAnswer) -> VenueOutcome {
    let status = body["cancelStatus"]
    let word = try status["status"].word.required("cancelStatus.status")
    guard isOurs(status, id) else { throw MalformedAnswer("answer to another order") }
    if let answer = CancelAnswer(rawValue: word) { return .answer(.cancel(answer)) }
    return word == "wouldProcessAfterSpecifiedTime" ? .refused(word: word) : .ambiguous(why: word)
  }
}
