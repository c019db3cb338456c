import Domain
import SimulatedVenue

/// What an endpoint says to a call.
enum EndpointAnswer {
  /// Makes the answer once every ticket has its result.
  typealias Finish =
    @Sendable ([Int64: VenueResult], EndpointCall, VenueBook) -> VenueHTTPResponse

  case now(VenueHTTPResponse)
  /// Made beside the venue's own work, because it may take long; of what was there at the call.
  case reading(@Sendable () -> VenueHTTPResponse)
  /// Made of what the venue that is followed says to a question.
  case asking(VenueRequest, @Sendable (VenueOutcome) -> VenueHTTPResponse)
  /// The gateway holds something: the answer is made when every ticket has its result; some may
  /// have theirs already.
  case held([Int64], [Int64: VenueResult], Finish)
}

extension VenueCore.State {
  /// The journal and the book of this moment, for reading at leisure.
  var history: HistoryView { HistoryView(journal: journal.reader, book: machine.book) }

  /// A new number under which the gateway may hold a request.
  mutating func ticket() -> Int64 {
    lastTicket += 1
    return lastTicket
  }

  /// The answer to one request that may be held.
  func answer(
    _ ticket: Int64, _ result: VenueResult?, _ call: EndpointCall,
    _ finish: @escaping @Sendable (VenueResult, EndpointCall, VenueBook) -> VenueHTTPResponse
  ) -> EndpointAnswer {
    if let result { return .now(finish(result, call, machine.book)) }
    return .held([ticket], [:]) { results, call, book in
      guard let result = results[ticket] else {
        fatalError("invariant broken: a held request is answered with its result")
      }
      return finish(result, call, book)
    }
  }
}
