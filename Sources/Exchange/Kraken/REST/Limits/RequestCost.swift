import Domain

/// What one request takes out of the venue's rate limits.
struct RequestCost: Hashable, Sendable {
  /// The venue counts these two apart from each other.
  enum Pool: Hashable, Sendable {
    case trading
    case history
  }

  /// Whose part of the pool it comes out of.
  enum Share: String, Hashable, Sendable, CaseIterable {
    /// Orders that may open a position.
    case entries
    /// Orders that only reduce a position, and changes of their size.
    case protection
    case cancels
    /// Reads of what there is at the venue.
    case reconciliation
  }

  let pool: Pool
  let share: Share
  let tokens: Int

  /// Of an order, and of a change of one.
  static let order = 10
  /// One reading of the venue's records.
  static let history = RequestCost(pool: .history, share: .reconciliation, tokens: 1)

  /// Nil for a request that is free: everything that is public.
  static func of(_ request: VenueRequest) -> RequestCost? {
    switch request {
    case .place(let placement):
      RequestCost(
        pool: .trading, share: placement.reduceOnly ? .protection : .entries, tokens: order)
    case .amend: RequestCost(pool: .trading, share: .protection, tokens: order)
    case .cancel: RequestCost(pool: .trading, share: .cancels, tokens: order)
    case .orderStatus: RequestCost(pool: .trading, share: .reconciliation, tokens: 1)
    case .openOrders, .openPositions, .fills, .account, .marginModes:
      RequestCost(pool: .trading, share: .reconciliation, tokens: 2)
    case .olderFills: RequestCost(pool: .trading, share: .reconciliation, tokens: 25)
    case .orderHistory: .history
    case .instruments, .tickers, .candles, .spotCandles: nil
    }
  }
}
