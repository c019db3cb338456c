import Domain
import Foundation
import Synchronization
import Testing

@testable import PaperVenue
@testable import SimulatedVenue

/// A market and an account as the test set them.
final class SourceStub: WebSocketSource, Sendable {
  struct State: Sendable {
    var ticks: [InstrumentID: MarketTick] = [:]
    var view: AccountView
    var log: [AccountLog.Row] = []
    var showsFillsOnly = false
  }

  private let state: Mutex<State>

  init(_ state: State) {
    self.state = Mutex(state)
  }

  func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

  func tick(_ product: InstrumentID, tradesSince time: MarketTime?) -> MarketTick? {
    state.withLock { state in
      guard var tick = state.ticks[product] else { return nil }
      tick.trades = tick.trades.filter { trade in time.map { $0 < trade.time } ?? true }
      return tick
    }
  }

  func account() -> AccountView { state.withLock { $0.view } }
  func accountLog() -> [AccountLog.Row] { state.withLock { $0.log } }
  var showsFillsOnly: Bool { state.withLock { $0.showsFillsOnly } }
}

/// A hub with clients of its own, whose messages are read as JSON.
final class HubBench {
  static let key = "key"
  static let secret = Data(repeating: 7, count: 64).base64EncodedString()

  private(set) var source: SourceStub
  let authentication: Authentication
  let product: InstrumentID
  let products: [InstrumentID]
  private(set) var hub: WebSocketHub
  private(set) var now = WallTime(milliseconds: 1_700_000_000_000)
  private(set) var dropped: Set<Int> = []
  private var inboxes: [Int: [[String: Any]]] = [:]
  private var challenges: [Int: String] = [:]

  init(
    seed: UInt64 = 1, productCount: Int = 1, faults: any WebSocketFaults = NoWebSocketFaults(),
    contract given: VenueContract? = nil
  ) throws {
    let contract = try #require(
      given ?? InstrumentID("PF_XBTUSD").flatMap { StandardInstruments.contract($0) })
    product = contract.id
    let others = (1..<max(1, productCount)).compactMap { InstrumentID("PF_C\($0)USD") }
    products = [product] + others
    source = SourceStub(.init(view: AccountView(balance: Samples.balance)))
    let authentication = try #require(
      Authentication(key: Self.key, base64Secret: Self.secret))
    self.authentication = authentication
    hub = WebSocketHub(
      contracts: Dictionary(uniqueKeysWithValues: products.map { ($0, contract) }),
      account: "7a641082-55c7-4411-a85f-930ec2e09617",
      seed: seed, faults: faults
    ) { authentication.accepts(key: $0, challenge: $1, signature: $2) }
    for product in products { set(Samples.tick(product)) }
  }

  func set(_ tick: MarketTick) { source.change { $0.ticks[tick.instrument] = tick } }

  func set(_ change: @Sendable (inout AccountView) -> Void) { source.change { change(&$0.view) } }

  @discardableResult
  func connect(_ id: Int = 1) -> Bool {
    defer { collect() }
    return hub.connect(id, now: now)
  }

  func disconnect(_ id: Int) { hub.disconnect(id) }

  /// Sends a text and returns what came back to this client.
  @discardableResult
  func say(_ text: String?, from id: Int = 1) -> [[String: Any]] {
    hub.receive(text, from: id, source: &source, now: now)
    collect()
    return heard(id)
  }

  @discardableResult
  func subscribe(_ feed: String, _ products: [String] = [], from id: Int = 1) -> [[String: Any]] {
    say(
      Self.text(
        ["event": "subscribe", "feed": feed, "product_ids": products].filter {
          ($0.value as? [String])?.isEmpty != true
        }), from: id)
  }

  /// A signed subscription under a challenge that is asked for once.
  @discardableResult
  func subscribePrivate(
    _ feed: String, event: String = "subscribe", products: [String] = [], from id: Int = 1
  ) throws -> [[String: Any]] {
    let challenge = try challenges[id] ?? challenge(from: id)
    challenges[id] = challenge
    var request: [String: Any] = [
      "event": event, "feed": feed, "api_key": Self.key, "original_challenge": challenge,
      "signed_challenge": authentication.signature(of: challenge),
    ]
    if !products.isEmpty { request["product_ids"] = products }
    return say(Self.text(request), from: id)
  }

  func challenge(from id: Int = 1) throws -> String {
    let answer = say(#"{"event":"challenge","api_key":"\#(Self.key)"}"#, from: id)
    return try #require(answer.last?["message"] as? String)
  }

  func advance(_ milliseconds: Int64 = 0) {
    now = now.advanced(byMilliseconds: milliseconds)
    hub.advance(source: &source, now: now)
    collect()
  }

  func show(_ changes: [AccountChange]) {
    hub.show(changes, source: &source, now: now)
    collect()
  }

  /// What a client was sent since it was asked last.
  func heard(_ id: Int = 1) -> [[String: Any]] {
    defer { inboxes[id] = nil }
    return inboxes[id] ?? []
  }

  static func text(_ object: [String: Any]) -> String {
    guard let data = try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
    else { return "" }
    return String(decoding: data, as: UTF8.self)
  }

  private func collect() {
    for delivery in hub.outbox.take() {
      switch delivery.action {
      case .send(let text):
        guard
          let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else {
          Issue.record("no JSON object: \(text)")
          continue
        }
        inboxes[delivery.connection, default: []].append(object)
      case .drop:
        dropped.insert(delivery.connection)
        hub.disconnect(delivery.connection)
      }
    }
  }
}

/// Plain values to build on.
enum Samples {
  static let time = MarketTime(milliseconds: 1_735_689_600_000)
  static let wall = WallTime(milliseconds: 1_700_000_000_000)

  static let balance = BalanceView(
    balance: Money(micros: 5_000_000_000), available: Money(micros: 4_900_000_000),
    portfolioValue: Money(micros: 5_010_000_000), initialMargin: Money(micros: 100_000_000),
    initialMarginWithoutOrders: Money(micros: 80_000_000),
    maintenanceMargin: Money(micros: 40_000_000), pnl: Money(micros: 10_000_000),
    unrealizedFunding: .zero, marginEquity: Money(micros: 5_010_000_000))

  static let poorer = BalanceView(
    balance: Money(micros: 1), available: .zero, portfolioValue: .zero, initialMargin: .zero,
    initialMarginWithoutOrders: .zero, maintenanceMargin: .zero, pnl: .zero,
    unrealizedFunding: .zero, marginEquity: .zero)

  static func tick(_ product: InstrumentID, last: Int64 = 50_000, at offset: Int64 = 0)
    -> MarketTick
  {
    func level(_ ticks: Int64, _ lots: Int64) -> DepthLevel {
      DepthLevel(price: Price(ticks: ticks), quantity: Quantity(lots: lots))
    }
    return MarketTick(
      instrument: product, time: time.advanced(byMilliseconds: offset), last: Price(ticks: last),
      mark: Price(ticks: last + 5), index: Price(ticks: last),
      bids: [level(last - 1, 100), level(last - 2, 200)],
      asks: [level(last + 1, 100), level(last + 2, 200)])
  }

  static func trade(_ number: Int64, at offset: Int64) -> MarketTrade {
    let price = Price(ticks: 50_000)
    return MarketTrade(
      number: number,
      point: MarketPoint(
        time: time.advanced(byMilliseconds: offset), last: price, mark: price, index: price),
      side: .sell, quantity: Quantity(lots: 10), bits: 1)
  }

  static func order(
    _ product: InstrumentID, kind: VenueOrderKind = .limit, filled: Int64 = 0,
    client: String? = "mine"
  ) -> VenueOrder {
    VenueOrder(
      id: VenueOrderID(unchecked: "59302619-41d2-4f0b-941f-7e7914760ad3"), number: 1,
      clientOrderID: client,
      instrument: product, side: .sell, kind: kind,
      limit: kind.isTrigger ? nil : Price(ticks: 50_100),
      trigger: kind.isTrigger ? Price(ticks: 49_000) : nil, quantity: Quantity(lots: 300),
      filled: Quantity(lots: filled), reduceOnly: true, receivedAt: wall, updatedAt: wall,
      status: .open, word: "placed")
  }

  static func fill(_ product: InstrumentID, id: String = "f1") -> FillReport {
    FillReport(
      fill: VenueFill(
        id: ExecutionID(unchecked: id),
        order: VenueOrderID(unchecked: "59302619-41d2-4f0b-941f-7e7914760ad3"),
        clientOrderID: "mine", instrument: product, side: .buy, quantity: Quantity(lots: 10),
        price: Price(ticks: 50_000), time: wall, marketTime: time, type: .taker,
        fee: Money(micros: 1581), mark: Price(ticks: 50_000)),
      kind: .immediateOrCancel, remaining: Quantity(lots: 290))
  }

  static func position(_ product: InstrumentID, pnl: Int64 = 119_562_449) -> PositionView {
    PositionView(
      instrument: product, signedLots: -400, entryPrice: Money(micros: 26_911_750_000),
      mark: Price(ticks: 29_900), index: Price(ticks: 29_901), pnl: Money(micros: pnl),
      unrealizedFunding: Money(micros: 411), liquidationThreshold: Money(micros: 9_572_804_662),
      notional: Money(micros: 1_196_032_449), initialMargin: Money(micros: 21_529_400),
      initialMarginWithOrders: Money(micros: 21_529_400),
      maintenanceMargin: Money(micros: 10_764_700))
  }

  /// The rows of a trade.
  static func rows(_ product: InstrumentID) throws -> [AccountLog.Row] {
    let contract = try #require(StandardInstruments.contract(product))
    let settlement = Settlement(
      lotsBefore: 0, lotsAfter: 10, realised: .zero, balanceBefore: balance.balance,
      balanceAfter: Money(micros: 4_999_000_000), costBefore: .zero,
      costAfter: Money(micros: 50_000_000))
    let change = BookChange.fill(
      fill(product).fill, settlement, order: order(product, kind: .immediateOrCancel))
    let record = BookRecord(number: 845, wall: wall, market: time, change: change)
    return AccountLog.rows(record, VenueBook(contracts: [contract]))
  }
}
