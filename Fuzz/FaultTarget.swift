#if canImport(PaperVenue)
  @testable import PaperVenue
#endif

/// Documents of faults, armed and used, and the patterns in them.
enum FaultTarget {
  private static let answer =
    #"{"result":"success","sendStatus":{"status":"placed","orderEvents":[]},"serverTime":"x"}"#

  static func run(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self),
      let fault = try? FaultDocument.fault(text)
    else { return }
    var table = FaultTable()
    guard let id = try? table.arm(fault) else { return demand(false, "a lone fault is refused") }
    let request = VenueHTTPRequest(
      method: "POST", path: "/derivatives/api/v3/sendorder", query: "",
      body: "side=buy&size=1&cliOrdId=abc", headers: [:])
    for _ in 0..<5 {
      let plan = table.plan(for: request)
      demand(plan.faults.isEmpty || plan.faults == [id], "a plan names a fault nobody armed")
      demand((0...600_000).contains(plan.delayMilliseconds), "a delay has no bound")
      let response = plan.answer(
        to: request, VenueHTTPResponse(body: answer, status: 200), stale: { _ in nil })
      demand((200...599).contains(response.status), "a status is none")
      _ = table.socketPlan(feed: "book")
    }
    demand(table.armed.allSatisfy { $0.progress.hits <= 10 }, "hits are counted twice")
  }

  /// Text and pattern with a line end between them.
  static func match(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(decoding: parts[0], as: UTF8.self)
    let pattern = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
    let fits = RequestMatch.text(text, fits: pattern)
    if !pattern.utf8.contains(UInt8(ascii: "*")) {
      demand(fits == (Array(text.utf8) == Array(pattern.utf8)), "a plain pattern is not the text")
    }
    if fits { demand(RequestMatch.text(text, fits: pattern + "*"), "a star at the end takes away") }
    demand(RequestMatch.text(text, fits: "*"), "a star does not take every text")
    if text.utf8.count < 12, pattern.utf8.count < 12 {
      demand(fits == slowly(Array(text.utf8)[...], Array(pattern.utf8)[...]), "a match is wrong")
    }
  }

  /// The definition of a match, written down.
  private static func slowly(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == UInt8(ascii: "*") {
      return slowly(text, pattern.dropFirst())
        || !text.isEmpty && slowly(text.dropFirst(), pattern)
    }
    return text.first == first && slowly(text.dropFirst(), pattern.dropFirst())
  }
}
