import Domain
import SimulatedVenue

#if canImport(PaperVenue)
  @testable import PaperVenue
#endif

/// What clients say on the WebSocket: one message a line.
enum WebSocketTarget {
  private static let events: Set<String> = [
    "challenge", "subscribed", "unsubscribed", "error", "alert", "pong",
  ]

  static func run(_ bytes: [UInt8]) {
    let products = Set(["PF_XBTUSD", "PF_ETHUSD"].compactMap { InstrumentID($0) })
    // The first byte decides whether the client can sign.
    let isOwner = bytes.first.map { $0 & 1 == 0 } ?? false
    let contracts = Dictionary(
      uniqueKeysWithValues: products.compactMap { id in
        StandardInstruments.contract(id).map { (id, $0) }
      })
    var session = WebSocketSession(products: contracts, seed: 7) { key, _, _ in
      isOwner && key == "k"
    }
    var now = WallTime(milliseconds: 1_700_000_000_000)
    for line in bytes.dropFirst().split(separator: UInt8(ascii: "\n")) {
      let before = session.subscriptions
      let effects = session.receive(String(validating: line, as: UTF8.self), now: now)
      now = now.advanced(byMilliseconds: 7)
      demand(!effects.isEmpty, "a message has no answer")
      for effect in effects { check(effect, session) }
      if effects.first.map({ isRefusal($0) }) ?? true {
        demand(before == session.subscriptions, "a refused request changes a subscription")
      }
      for (feed, heard) in session.subscriptions {
        demand(isOwner || !feed.isPrivate, "a stranger hears \(feed)")
        demand(heard.isSubset(of: products), "a product that is not there is subscribed")
        demand(!feed.isOfProducts || !heard.isEmpty, "a feed of no product is kept")
      }
    }
  }

  private static func check(_ effect: WebSocketSession.Effect, _ session: WebSocketSession) {
    switch effect {
    case .send(let message):
      guard let again = try? JSONParser.parse(message.text) else {
        fatalError("fuzz: an answer is no JSON: \(message.text)")
      }
      demand(again == message, "an answer reads as another")
      demand(
        message["event"]?.string.map { events.contains($0) } ?? false, "an answer is no event")
    case .subscribed(let feed, let products):
      demand(session.subscriptions[feed] != nil, "a snapshot is for nobody")
      demand(
        products.allSatisfy { session.hears(feed, $0) }, "a snapshot is of what is not heard")
    }
  }

  private static func isRefusal(_ effect: WebSocketSession.Effect) -> Bool {
    guard case .send(let message) = effect else { return false }
    return message["event"]?.string == "error"
  }
}
