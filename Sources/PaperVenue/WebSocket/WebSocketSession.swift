import Domain
import SimulatedVenue

/// The dialogue with one client of WebSocket v1: what it asks, what it is told, what it hears of.
///
/// Invariants:
/// 1. Whatever is received is answered with a documented word, and the dialogue goes on.
/// 2. A private feed is subscribed only with a challenge of this very connection, signed.
/// 3. What is remembered has a bound: challenges, and the feeds and products that exist.
struct WebSocketSession: Sendable {
  enum Effect: Equatable, Sendable {
    case send(JSON)
    /// The client now hears of these products; it is to be sent what there is.
    case subscribed(WebSocketFeed, [InstrumentID])
  }

  /// Whether a signature of a challenge is the one of an API key.
  typealias Verifier =
    @Sendable (_ key: String, _ challenge: String, _ signature: String) -> Bool

  /// Requests a second, all at once if need be.
  static let requestsPerSecond: Int64 = 100
  private static let rememberedChallenges = 8

  private let products: [InstrumentID: VenueContract]
  private let verify: Verifier
  private var random: SplitMix
  private var challenges: [String] = []
  /// Requests that may still be made at `countedAt`, in thousandths.
  private var allowance = requestsPerSecond * 1000
  private var countedAt: WallTime?
  /// Products of a feed; empty for a feed of everything.
  private(set) var subscriptions: [WebSocketFeed: Set<InstrumentID>] = [:]

  /// The challenges follow from `seed` alone.
  init(products: [InstrumentID: VenueContract], seed: UInt64, verify: @escaping Verifier) {
    self.products = products
    self.verify = verify
    random = SplitMix(seed: seed)
  }

  /// What a client is told before it says anything.
  static let greeting = JSON.members(["event": .text("info"), "version": .number("1")])

  /// Answers one text message; nil is one that was no UTF-8 text.
  mutating func receive(_ text: String?, now: WallTime) -> [Effect] {
    guard isAllowed(now) else { return [alert("Too many requests")] }
    guard let text, let request = WebSocketRequest(text) else { return [error("Json Error")] }
    switch request.event {
    case "challenge": return [challenge(request)]
    case "subscribe": return subscribe(request)
    case "unsubscribe": return unsubscribe(request)
    // Some clients keep a connection alive with a message of their own.
    case "ping": return [.send(.members(["event": .text("pong")]))]
    default: return [error("Json Error")]
    }
  }

  /// Whether the client is to hear of `product` on `feed`.
  func hears(_ feed: WebSocketFeed, _ product: InstrumentID? = nil) -> Bool {
    guard let products = subscriptions[feed] else { return false }
    guard let product else { return true }
    return products.isEmpty ? !feed.isOfProducts : products.contains(product)
  }

  /// Whether the client hears of anything of the account.
  var hearsAccount: Bool { subscriptions.keys.contains { $0.isPrivate } }

  private mutating func isAllowed(_ now: WallTime) -> Bool {
    let passed = max(0, now.milliseconds - (countedAt ?? now).milliseconds)
    let most = Self.requestsPerSecond * 1000
    allowance = min(most, allowance + min(passed, 1000) * Self.requestsPerSecond)
    countedAt = now
    guard allowance >= 1000 else { return false }
    allowance -= 1000
    return true
  }
}

// MARK: - Requests

extension WebSocketSession {
  /// The venue issues a challenge for any key; a wrong one shows when it is used.
  private mutating func challenge(_ request: WebSocketRequest) -> Effect {
    guard request.apiKey != nil else { return error("Json Error") }
    let challenge = uuid()
    challenges.append(challenge)
    if challenges.count > Self.rememberedChallenges { challenges.removeFirst() }
    return .send(.members(["event": .text("challenge"), "message": .text(challenge)]))
  }

  private mutating func subscribe(_ request: WebSocketRequest) -> [Effect] {
    switch target(of: request) {
    case .failure(let refusal): return [.send(refusal.message)]
    case .success(let (feed, wanted)):
      guard feed.isOfProducts else {
        let isNew = subscriptions.updateValue(Set(wanted), forKey: feed) == nil
        return [
          isNew ? .send(echo("subscribed", request, feed, wanted)) : alert(Self.again),
          .subscribed(feed, wanted),
        ]
      }
      // One answer a product, as the venue does: clients wait for each of theirs.
      return wanted.flatMap { product -> [Effect] in
        let isNew = subscriptions[feed, default: []].insert(product).inserted
        return [
          isNew ? .send(echo("subscribed", request, feed, [product])) : alert(Self.again),
          .subscribed(feed, [product]),
        ]
      }
    }
  }

  private static let again = "Already subscribed to feed, re-requesting"

  private mutating func unsubscribe(_ request: WebSocketRequest) -> [Effect] {
    switch target(of: request) {
    case .failure(let refusal): return [.send(refusal.message)]
    case .success(let (feed, wanted)):
      guard feed.isOfProducts else {
        let was = subscriptions.removeValue(forKey: feed) != nil
        return [
          was ? .send(echo("unsubscribed", request, feed, wanted)) : alert(Self.notSubscribed)
        ]
      }
      let effects = wanted.map { product -> Effect in
        subscriptions[feed]?.remove(product) != nil
          ? .send(echo("unsubscribed", request, feed, [product])) : alert(Self.notSubscribed)
      }
      if subscriptions[feed]?.isEmpty == true { subscriptions[feed] = nil }
      return effects
    }
  }

  private static let notSubscribed = "Not subscribed to feed"

  private struct Refusal: Error {
    let message: JSON
  }

  /// Feed and products of a request that may be followed.
  private func target(
    of request: WebSocketRequest
  ) -> Result<(WebSocketFeed, [InstrumentID]), Refusal> {
    guard let feed = request.feed.flatMap(WebSocketFeed.init) else {
      return .failure(Refusal(message: Self.event("error", "Invalid feed")))
    }
    if feed.isPrivate, !isSigned(request) {
      return .failure(
        Refusal(message: Self.event("alert", "Failed to subscribe to authenticated feed")))
    }
    guard feed.isOfProducts || feed == .fills else { return .success((feed, [])) }
    var wanted: [InstrumentID] = []
    for symbol in request.productIDs ?? [] {
      guard let product = InstrumentID(symbol), products[product] != nil else {
        return .failure(Refusal(message: Self.event("error", "Invalid product id")))
      }
      if !wanted.contains(product) { wanted.append(product) }
    }
    guard !wanted.isEmpty || !feed.isOfProducts else {
      return .failure(Refusal(message: Self.event("error", "Invalid product id")))
    }
    return .success((feed, wanted))
  }

  private func isSigned(_ request: WebSocketRequest) -> Bool {
    guard let key = request.apiKey, let challenge = request.originalChallenge,
      let signature = request.signedChallenge, challenges.contains(challenge)
    else { return false }
    return verify(key, challenge, signature)
  }

  private func echo(
    _ event: String, _ request: WebSocketRequest, _ feed: WebSocketFeed, _ products: [InstrumentID]
  ) -> JSON {
    let names =
      products.isEmpty ? nil : JSON.list(products.map { Spelling.symbol($0, self.products) })
    // The documented answer of `balances` is the one that does not repeat the key.
    guard feed.isPrivate, feed != .balances else {
      return .members([
        "event": .text(event), "feed": .text(feed.rawValue), "product_ids": names,
      ])
    }
    return .members([
      "event": .text(event), "feed": .text(feed.rawValue), "product_ids": names,
      "api_key": request.apiKey.map { .text($0) },
      "original_challenge": request.originalChallenge.map { .text($0) },
      "signed_challenge": request.signedChallenge.map { .text($0) },
    ])
  }

  private func error(_ message: String) -> Effect { .send(Self.event("error", message)) }
  private func alert(_ message: String) -> Effect { .send(Self.event("alert", message)) }

  private static func event(_ event: String, _ message: String) -> JSON {
    .members(["event": .text(event), "message": .text(message)])
  }

  /// A random UUID (version 4) of this session's generator.
  private mutating func uuid() -> String {
    let high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    let digits = [high, low].map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    let first = digits[0]
    let last = digits[1]
    return [
      first.prefix(8), first.dropFirst(8).prefix(4), first.suffix(4), last.prefix(4),
      last.suffix(12),
    ].joined(separator: "-")
  }
}
