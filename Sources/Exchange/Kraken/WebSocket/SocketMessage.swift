import Domain

/// One message of WebSocket v1, as far as it means anything to us.
enum SocketMessage: Hashable, Sendable {
  /// The first word of a connection.
  case info
  case challenge(String)
  case subscribed(feed: String, product: InstrumentID?)
  case unsubscribed(feed: String, product: InstrumentID?)
  case error(String)
  case alert(String)
  case heartbeat(WallTime)
  case ticker(Ticker)
  case trade(Numbered<Trade>)
  /// Oldest first.
  case trades(InstrumentID, [Numbered<Trade>])
  case book(Numbered<BookSnapshot>)
  case level(Numbered<LevelChange>)
  case orders([OpenOrder])
  case order(OrderUpdate)
  /// Oldest first; the number of the last of them.
  case fills([Numbered<Fill>], isSnapshot: Bool)
  case positions(Numbered<[Position]>)
  case money(Numbered<AccountSnapshot>)
  /// A feed, an instrument or a pong that nobody here waits for.
  case aside
}

/// A value under the number its feed gave it.
struct Numbered<Value: Hashable & Sendable>: Hashable, Sendable {
  let number: Int64
  let value: Value
}
