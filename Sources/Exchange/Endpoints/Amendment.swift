import Domain

// POST editorder.

extension RequestEncoder {
  /// With `ABSOLUTE` the size is the total including fills, so that doing it again changes nothing.
  func amend(
    _ id: ClientOrderID, total: Quantity, instrument: InstrumentID, processBefore: WallTime
  ) throws(Unencodable) -> Endpoint {
    .post(
      "editorder",
      Parameters([
        "cliOrdId": id.text, "size": try size(total, self.instrument(instrument)),
        "qtyMode": "ABSOLUTE", "processBefore": text(processBefore),
      ]))
  }
}

extension AnswerReader {
  func amendment(_ id: ClientOrderID, _ body: JSONValue) throws(MalformedAnswer) -> VenueOutcome {
    let status = body["editStatus"]
    let word = try status["status"].text.required("editStatus.status")
    guard isOurs(status, id) else { throw MalformedAnswer("answer to another order") }
    if word == "edited" { return .answer(.amended(word: word)) }
    let executed = (status["orderEvents"].list ?? []).contains { $0["type"].text == "EXECUTION" }
    return PlacementWord.rejected.contains(word) && !executed
      ? .refused(word: word) : .ambiguous(why: word)
  }
}
