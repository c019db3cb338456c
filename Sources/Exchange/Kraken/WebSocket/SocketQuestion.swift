import Domain

/// A subscription that was asked for and is not answered in full.
struct SocketQuestion: Hashable, Sendable {
  let channel: StreamChannel
  /// Empty for a channel of the account.
  var instruments: [InstrumentID]

  var streams: [StreamID] {
    instruments.isEmpty
      ? [StreamID(channel)] : instruments.map { StreamID(channel, $0) }
  }
}

/// How far signing in has come on this connection.
struct SocketLogin: Hashable, Sendable {
  enum Phase: Hashable, Sendable {
    case out
    case asked(since: MachineTime)
    case signed(challenge: String, signature: String)
  }

  var phase = Phase.out
  var failures = 0
  var notBefore = MachineTime(nanoseconds: 0)
}

extension StreamChannel {
  /// The venue's name of the feed.
  var feed: String {
    switch self {
    case .trades: "trade"
    case .tickers: "ticker"
    case .book: "book"
    case .orders: "open_orders"
    case .fills: "fills"
    case .positions: "open_positions"
    case .money: "balances"
    }
  }

  init?(feed: String) {
    guard let channel = Self.allCases.first(where: { $0.feed == feed }) else { return nil }
    self = channel
  }
}
