/// What a fault does.
enum FaultKind: Hashable, Sendable {
  /// Processed, and the connection is closed without a byte, or nothing is ever said.
  case answerLost(isSilent: Bool)
  /// The same, and not processed.
  case requestLost(isSilent: Bool)
  /// The request reaches the venue so much later, its `processBefore` perhaps over.
  case delay(milliseconds: Int64)
  /// Processed at once, answered so much later.
  case delayAnswer(milliseconds: Int64)
  /// The venue gets the request two times and answers with one of its two answers.
  case twice(keepsSecond: Bool)
  case status(code: Int, body: String?, isProcessed: Bool)
  /// Not processed; 429 with a `rate-limit-reset` header or 200 with `apiLimitExceeded`.
  case rateLimited(code: Int, resetSeconds: Int64)
  case truncate(bytes: Int)
  case garble
  case drip(bytes: Int, everyMilliseconds: Int64)
  case resetBefore
  case resetAfter
  /// A text that stands as a value anywhere in the answer becomes another.
  case replaceWord(from: String, to: String)
  /// The value at one place of the answer.
  case set(place: String, value: JSON)
  case emptyPositions
  /// Positions, open orders and account as they were when the fault was armed.
  case staleSnapshot
  /// The venue's clock is wrong by so much.
  case clockSkew(milliseconds: Int64)
  /// The connection of a WebSocket message of this feed is closed instead.
  case socketDrop(feed: String?)
  /// Nothing is sent on the connection for so long; what waits comes afterwards.
  case socketStall(feed: String?, milliseconds: Int64)
  /// A message is left out and its sequence number is used up.
  case sequenceGap(feed: String?)
  /// The REST answer waits until the fills were pushed.
  case fillsBeforeAnswer
  /// No `open_orders` message is sent.
  case fillsWithoutOrders

  /// Whether it holds until it is disarmed when its document does not say how often.
  var isState: Bool {
    switch self {
    case .emptyPositions, .staleSnapshot, .clockSkew, .fillsWithoutOrders: true
    default: false
    }
  }

  /// The paths it is about when its document names none.
  var paths: [String]? {
    switch self {
    case .emptyPositions: ["openpositions"]
    case .staleSnapshot: StaleSnapshot.names
    default: nil
    }
  }

  /// Whether it befalls WebSocket messages; nothing of a request is matched then.
  var isOfSockets: Bool {
    switch self {
    case .socketDrop, .socketStall, .sequenceGap, .fillsWithoutOrders: true
    default: false
    }
  }
}
