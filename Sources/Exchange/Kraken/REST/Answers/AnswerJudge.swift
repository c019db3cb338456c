import Domain

/// Decides what an answer proves.
///
/// Only a body that was read proves anything; the HTTP status can only take away: a 5xx that speaks
/// of a refusal does not prove that nothing was done.
struct AnswerJudge {
  private(set) var outcome: VenueOutcome
  private(set) var serverTime: WallTime?
  /// Entries that were left aside because their instrument is not traded here.
  private(set) var skipped = 0
  /// Why the first of them were, where there is more to say.
  private(set) var skipReasons: [String] = []
  /// How the venue writes the instruments of a list.
  private(set) var spellings: [InstrumentID: String] = [:]
  /// Whether the venue refused for its rate limit.
  private(set) var isLimited = false

  init(_ request: VenueRequest, _ result: TransportResult, instruments: [InstrumentID: Instrument])
  {
    switch result {
    case .notSent(let why): outcome = NotSent.outcome(why)
    case .broken(let why): outcome = .ambiguous(why: why)
    case .answered(let status, let bytes, _):
      isLimited = status == 429
      outcome = .ambiguous(why: "HTTP \(status)")
      do {
        let body = try JSONParser.parse(bytes)
        serverTime = body["serverTime"].wallTime
        var reader = AnswerReader(instruments: instruments)
        outcome = try Self.read(request, body, &reader)
        skipped = reader.skipped
        skipReasons = reader.skipReasons
        spellings = reader.spellings
        if try ErrorWord.reported(in: body) == "apiLimitExceeded" { isLimited = true }
        if case .refused(let word) = outcome, request.changesSomething, status >= 500 {
          outcome = .ambiguous(why: "HTTP \(status): \(word)")
        }
      } catch {
        outcome = .ambiguous(why: "HTTP \(status): \(error.reason)")
      }
    }
  }

  private static func read(
    _ request: VenueRequest, _ body: JSONValue, _ reader: inout AnswerReader
  ) throws(MalformedAnswer) -> VenueOutcome {
    if let word = try ErrorWord.reported(in: body).map({ String($0.prefix(256)) }) {
      let proved = ErrorWord.isDefinite(word) && body["sendStatus"] == .null
      return request.changesSomething && !proved ? .ambiguous(why: word) : .refused(word: word)
    }
    if request.changesSomething {
      guard body["result"].text == "success" else { throw MalformedAnswer("no result") }
    }
    switch request {
    case .place(let placement): return try reader.placement(placement, body)
    case .cancel(let id, _): return try reader.cancel(id, body)
    case .amend(let amendment): return try reader.amendment(amendment.clientOrderID, body)
    case .orderStatus(let ids): return .answer(.orderStatus(try reader.orderStatus(ids, body)))
    case .openOrders: return .answer(.openOrders(try reader.openOrders(body)))
    case .openPositions: return .answer(.openPositions(try reader.openPositions(body)))
    case .fills, .olderFills: return .answer(.fills(try reader.fills(body)))
    case .orderHistory: return .answer(.orderHistory(try reader.orderHistory(body)))
    case .account: return .answer(.account(try reader.account(body)))
    case .marginModes: return .answer(.marginModes(try reader.marginModes(body)))
    case .instruments: return .answer(.instruments(try reader.instrumentList(body)))
    case .tickers: return .answer(.tickers(try reader.tickers(body)))
    case .candles(let instrument, let timeframe, _, _),
      .spotCandles(let instrument, let timeframe, _, _):
      return .answer(.candles(try reader.candles(instrument, timeframe, body)))
    }
  }
}

extension VenueRequest {
  /// Whether doing it or not makes a difference at the venue.
  var changesSomething: Bool {
    switch self {
    case .place, .cancel, .amend: true
    case .orderStatus, .openOrders, .openPositions, .fills, .olderFills, .orderHistory, .account,
      .marginModes,
      .instruments, .tickers, .candles, .spotCandles:
      false
    }
  }
}
