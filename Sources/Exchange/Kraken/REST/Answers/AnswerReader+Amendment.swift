import Domain

// POST editorder.

extension AnswerReader {
  func amendment(_ id: ClientOrderID, _ body: JSONValue) throws(MalformedAnswer) -> VenueOutcome {
    let status = body["editStatus"]
    let word = try status["status"].word.required("editStatus.status")
    guard isOurs(status, id) else { throw MalformedAnswer("answer to another order") }
    if word == "edited" { return .answer(.amended(word: word)) }
    let executed = (status["orderEvents"].list ?? []).contains { $0["type"].text == "EXECUTION" }
    return PlacementWord.rejected.contains(word) && !executed
      ? .refused(word: word) : .ambiguous(why: word)
  }
}
