import Domain

/// The venue that is followed, as the one here sees it: what was heard, and why nothing is traded.
struct Following: Sendable {
  typealias Ask = @Sendable (VenueRequest, @escaping @Sendable (VenueOutcome) -> Void) -> Void

  /// Where it is.
  let url: String
  let mailbox: FollowedMailbox
  /// So long after the listener last had nothing left to read, nothing counts as heard.
  let silenceMilliseconds: Int64
  /// Passes a question on.
  let ask: Ask
  /// Why contracts are closed, by name; those that are open are not in it.
  var closed: [InstrumentID: String] = [:]
  /// Milliseconds since the listener last had nothing left to read.
  var silence: Int64 = 0
}

extension StreamEvent {
  /// The contract the event is about; nil when it is about all of them, or about none.
  var instrument: InstrumentID? {
    switch self {
    case .began(let id, _), .gap(let id, _): id.instrument
    case .trade(let trade): trade.instrument
    case .ticker(let ticker, _): ticker.instrument
    case .book(let snapshot): snapshot.instrument
    case .level(let change): change.instrument
    case .refused(let id, _): id?.instrument
    case .connected, .disconnected, .orders, .order, .fills, .fill, .positions, .money: nil
    }
  }
}
