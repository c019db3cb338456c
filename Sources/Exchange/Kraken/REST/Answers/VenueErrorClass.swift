import Domain

/// What kind of failure a request to the venue ended in, for those who count failures.
package enum VenueErrorClass: String, Hashable, Sendable, CaseIterable {
  /// No byte left this process: no budget, no connection, a kill.
  case notSent = "not_sent"
  /// It was sent, and no whole answer came.
  case noAnswer = "no_answer"
  case rateLimited = "rate_limited"
  /// HTTP 500 and above.
  case serverError = "server_error"
  /// The venue says that it did nothing, and why.
  case refused
  /// An answer that proves nothing: unknown words, a body that is not what was asked for.
  case unclear

  /// Nil for a request that was answered as it should be.
  init?(_ result: TransportResult, _ outcome: VenueOutcome, isLimited: Bool) {
    switch (result, outcome) {
    case (_, .answer): return nil
    case (.notSent, _): self = .notSent
    case (.broken, _): self = .noAnswer
    case (.answered, _) where isLimited: self = .rateLimited
    case (.answered(let status, _, _), _) where status >= 500: self = .serverError
    case (.answered, .refused): self = .refused
    case (.answered, .ambiguous): self = .unclear
    }
  }
}
