import Domain
import SimulatedVenue

/// Who listens to what, and what each of them is sent; no socket, no clock.
///
/// Invariants:
/// 1. A client gets the snapshot of a feed before any change after it, and every change after it
///    unless a fault was armed.
/// 2. The sequence numbers of a feed grow by one with each message unless a fault was armed.
/// 3. Bounds: clients, trades that are remembered, what the outbox holds back.
struct WebSocketHub: Sendable {
  static let mostConnections = 100
  /// Milliseconds between two of the messages that come with time.
  static let second: Int64 = 1000
  /// Milliseconds between two looks at one market.
  static let marketInterval: Int64 = 250
  /// Markets that are looked at in one go, so that nobody else waits long.
  static let marketsAtOnce = 32
  static let rememberedTrades = 100

  struct Client: Sendable {
    var session: WebSocketSession
    /// The last number of each of the client's own sequences.
    var sequences: [WebSocketFeed: Int64] = [:]

    /// The next number of the client's own sequence of `feed`, from 0.
    mutating func next(_ feed: WebSocketFeed) -> Int64 {
      let next = sequences[feed].map { $0 + 1 } ?? 0
      sequences[feed] = next
      return next
    }
  }

  /// One product as it was last told.
  struct Stream: Sendable {
    var book = DepthBook()
    /// Of the last change of the book.
    var sequence: Int64 = 0
    /// Of the last trade.
    var tradeSequence: Int64 = 0
    /// Oldest first.
    var trades: [NumberedTrade] = []
    var time: MarketTime?
    var lookedAt: WallTime?
    var tickers: [WebSocketFeed: (at: WallTime, said: MarketTick)] = [:]
    /// Whether there was nothing to tell at the last look: what comes then begins anew.
    var isLost = false
  }

  let contracts: [InstrumentID: VenueContract]
  /// Names the account in the messages.
  let account: String
  let seed: UInt64
  let verify: WebSocketSession.Verifier
  var clients: [Int: Client] = [:]
  var streams: [InstrumentID: Stream] = [:]
  var outbox: WebSocketOutbox
  private var heartbeatAt: WallTime?
  /// Whether there were more markets to look at than one go has room for.
  private(set) var isBehind = false
  var accountAt: WallTime?
  /// Positions and money as they were last told.
  var toldPositions: [PositionView] = []
  var toldBalance: BalanceView?

  init(
    contracts: [InstrumentID: VenueContract], account: String, seed: UInt64,
    faults: any WebSocketFaults = NoWebSocketFaults(), verify: @escaping WebSocketSession.Verifier
  ) {
    self.contracts = contracts
    self.account = account
    self.seed = seed
    self.verify = verify
    outbox = WebSocketOutbox(faults: faults)
  }

  /// Whether anybody has to be served in time.
  var isListenedTo: Bool { clients.values.contains { !$0.session.subscriptions.isEmpty } }

  /// Takes a client in; false when there are too many.
  mutating func connect(_ id: Int, now: WallTime) -> Bool {
    guard clients.count < Self.mostConnections, clients[id] == nil else { return false }
    clients[id] = Client(
      session: WebSocketSession(
        products: contracts,
        seed: SplitMix.mixed(seed &+ UInt64(bitPattern: Int64(id))),
        verify: verify))
    outbox.send(WebSocketSession.greeting.text, to: id, now: now)
    return true
  }

  mutating func disconnect(_ id: Int) {
    clients[id] = nil
    outbox.forget(id)
  }

  /// Answers one text message of a client; nil is one that was no UTF-8 text.
  mutating func receive(
    _ text: String?, from id: Int, source: inout some WebSocketSource, now: WallTime
  ) {
    guard let effects = clients[id]?.session.receive(text, now: now) else { return }
    for effect in effects {
      switch effect {
      case .send(let message): outbox.send(message.text, to: id, now: now)
      case .subscribed(let feed, let products):
        greet(id, feed, products, source: &source, now: now)
      }
    }
  }

  /// Sends everything that is due by now.
  mutating func advance(source: inout some WebSocketSource, now: WallTime) {
    outbox.release(now: now)
    guard isListenedTo else { return }
    showMarkets(source: &source, now: now)
    beat(now)
    showAccount(source: &source, now: now)
  }

  private mutating func showMarkets(source: inout some WebSocketSource, now: WallTime) {
    let watched = watchedProducts
    for product in streams.keys where !watched.contains(product) { forget(product) }
    let due = watched.filter { isDue($0, now) }.sorted { left, right in
      let (first, second) = (streams[left]?.lookedAt, streams[right]?.lookedAt)
      guard first != second else { return left < right }
      return first.map { first in second.map { first < $0 } ?? false } ?? true
    }
    isBehind = due.count > Self.marketsAtOnce
    for product in due.prefix(Self.marketsAtOnce) {
      show(product, source: &source, now: now)
    }
  }

  /// Clients that hear the market of some product.
  var marketListeners: [Int] {
    clients.filter { client in
      client.value.session.subscriptions.contains { $0.key.isOfProducts && !$0.value.isEmpty }
    }.keys.sorted()
  }

  private func isDue(_ product: InstrumentID, _ now: WallTime) -> Bool {
    guard let last = streams[product]?.lookedAt else { return true }
    return !(0..<Self.marketInterval).contains(now.milliseconds - last.milliseconds)
  }

  private mutating func beat(_ now: WallTime) {
    let listeners = listeners(.heartbeat)
    guard !listeners.isEmpty else { return heartbeatAt = nil }
    if let last = heartbeatAt, (0..<Self.second).contains(now.milliseconds - last.milliseconds) {
      return
    }
    heartbeatAt = now
    for id in listeners { send(MarketMessages.heartbeat(at: now), "heartbeat", to: id, now) }
  }

  private var watchedProducts: Set<InstrumentID> {
    var watched: Set<InstrumentID> = []
    for client in clients.values {
      for (feed, products) in client.session.subscriptions where feed.isOfProducts {
        watched.formUnion(products)
      }
    }
    return watched
  }

  /// What nobody listens to is not followed; only its numbers go on.
  private mutating func forget(_ product: InstrumentID) {
    guard let stream = streams[product], stream.time != nil else { return }
    streams[product] = Stream(
      sequence: stream.sequence, tradeSequence: stream.tradeSequence)
  }

  func listeners(_ feed: WebSocketFeed, _ product: InstrumentID? = nil) -> [Int] {
    clients.filter { $0.value.session.hears(feed, product) }.keys.sorted()
  }

  mutating func send(
    _ message: JSON, _ feed: String, _ product: InstrumentID? = nil, to id: Int, _ now: WallTime
  ) {
    outbox.send(
      message.text, WebSocketMessage(feed: feed, product: product, connection: id), now: now)
  }
}
