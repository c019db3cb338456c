/// What is to happen to one request.
///
/// A plain plan is: process it once, at once, and answer as the venue does. Each fault that befalls
/// the request changes one part; of two that change the same part the one armed later counts.
struct FaultPlan: Hashable, Sendable {
  enum Edit: Hashable, Sendable {
    case garble
    case replaceWord(from: String, to: String)
    case set(place: String, value: JSON)
    case stale(fault: String)
  }

  /// An answer that stands in for the venue's own.
  struct Answer: Hashable, Sendable {
    let code: Int
    let body: String
    var resetSeconds: Int64?
  }

  /// The faults that befell it.
  var faults: [String] = []
  var delayMilliseconds: Int64 = 0
  var isProcessed = true
  var isTwice = false
  var keepsSecond = false
  var edits: [Edit] = []
  var answer: Answer?
  var waitsForFills = false
  var delayAnswerMilliseconds: Int64 = 0
  var delivery = Delivery.whole

  mutating func add(_ kind: FaultKind, id: String) {
    faults.append(id)
    switch kind {
    case .answerLost(let isSilent): delivery = isSilent ? .silence : .close
    case .requestLost(let isSilent):
      isProcessed = false
      delivery = isSilent ? .silence : .close
    case .delay(let milliseconds): delayMilliseconds = milliseconds
    case .delayAnswer(let milliseconds): delayAnswerMilliseconds = milliseconds
    case .twice(let keepsSecond):
      isTwice = true
      self.keepsSecond = keepsSecond
    case .status(let code, let body, let isProcessed):
      self.isProcessed = isProcessed
      answer = Answer(
        code: code, body: body ?? Self.error(code == 503 ? "Unavailable" : "Server Error"))
    case .rateLimited(let code, let seconds):
      isProcessed = false
      answer = Answer(
        code: code, body: Self.error("apiLimitExceeded"),
        resetSeconds: code == 429 ? seconds : nil)
    case .truncate(let bytes): delivery = .truncated(bytes: bytes)
    case .garble: edits.append(.garble)
    case .drip(let bytes, let milliseconds):
      delivery = .drip(bytes: bytes, everyMilliseconds: milliseconds)
    case .resetBefore:
      isProcessed = false
      delivery = .reset
    case .resetAfter: delivery = .reset
    case .replaceWord(let from, let to): edits.append(.replaceWord(from: from, to: to))
    case .set(let place, let value): edits.append(.set(place: place, value: value))
    case .emptyPositions: edits.append(.set(place: "openPositions", value: .list([])))
    case .staleSnapshot: edits.append(.stale(fault: id))
    case .fillsBeforeAnswer: waitsForFills = true
    case .clockSkew, .socketDrop, .socketStall, .sequenceGap, .fillsWithoutOrders: break
    }
  }

  private static func error(_ word: String) -> String {
    JSON.members(["result": .text("error"), "error": .text(word)]).text
  }
}

/// What is to happen to one WebSocket message that is about to be sent.
struct SocketPlan: Hashable, Sendable {
  /// The connection is closed instead.
  var isDropped = false
  /// Nothing leaves on the connection for so long; what waits comes afterwards.
  var stallMilliseconds: Int64 = 0
  /// The message is not sent; its sequence number, if it has one, is used up.
  var isOmitted = false
}
