/// What may go wrong in a simulated run.
package enum FaultKind: String, CaseIterable, Hashable, Sendable {
  // A request to the venue or its answer
  case requestLost = "request_lost"
  case answerLost = "answer_lost"
  case requestLate = "request_late"
  case answerLate = "answer_late"
  case requestRepeated = "request_repeated"
  /// 5xx, and nothing was done.
  case serverError = "server_error"
  /// 5xx, and it was done.
  case serverErrorDone = "server_error_done"
  case rateLimit = "rate_limit"
  case connectionRefused = "connection_refused"
  /// A status word nobody knows, and nothing was done.
  case oddWord = "odd_word"

  // The venue as a whole
  /// For seconds nothing arrives.
  case outage
  /// For seconds the venue takes no order on one instrument.
  case marketSuspended = "market_suspended"
  /// Somebody else trades on the account.
  case stranger
  /// Hundreds of fills of somebody else: the newest page is full of them.
  case fillFlood = "fill_flood"
  case priceJump = "price_jump"
  /// One kind of reading shows the state of a few seconds ago.
  case staleReading = "stale_reading"
  /// Messages of the account's stream are lost, repeated or late.
  case streamDisorder = "stream_disorder"

  // Our side
  case wallJump = "wall_jump"
  case wallSkew = "wall_skew"
  case frameLost = "frame_lost"
  case frameRepeated = "frame_repeated"
  case frameLate = "frame_late"
  case gateCrash = "gate_crash"
  /// A commit fails, and was not done.
  case commitLost = "commit_lost"
  /// A commit fails, and is found done by the next life.
  case commitResurrected = "commit_resurrected"
  case slowDisk = "slow_disk"
  case latch

  /// Those of single requests, drawn for each.
  package static let ofRequests: [FaultKind] = [
    .requestLost, .answerLost, .requestLate, .answerLate, .requestRepeated, .serverError,
    .serverErrorDone, .rateLimit, .connectionRefused, .oddWord,
  ]

  /// Those that happen at moments that the scenario names.
  package static let ofMoments: [FaultKind] = [
    .outage, .marketSuspended, .stranger, .fillFlood, .priceJump, .staleReading, .wallJump,
    .gateCrash, .latch,
  ]
}
