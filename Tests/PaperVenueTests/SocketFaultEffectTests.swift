import Daemon
import Foundation
import Testing

@testable import PaperVenue

/// What a client on the WebSocket of a real venue sees of each fault that concerns it.
@Suite("faults on the WebSocket", .serialized)
struct SocketFaultEffectTests {
  private let venue: VenueProcess
  private let peer: WebSocketPeer
  private let challenge: String

  init() async throws {
    venue = try VenueProcess()
    try await venue.start()
    peer = try WebSocketPeer(port: VenueProcess.port(venue.address?.url))
    try peer.send(#"{"event":"challenge","api_key":"\#(VenueProcess.key)"}"#)
    challenge = try #require(try peer.message("event", "challenge")["message"] as? String)
  }

  private func subscribe(_ feed: String) throws {
    let signer = try #require(
      Authentication(key: VenueProcess.key, base64Secret: VenueProcess.secret))
    try peer.send(
      HubBench.text([
        "event": "subscribe", "feed": feed, "api_key": VenueProcess.key,
        "original_challenge": challenge, "signed_challenge": signer.signature(of: challenge),
      ]))
    _ = try peer.message("feed", "\(feed)_snapshot")
  }

  /// Feeds of the messages up to the answer to a ping that is sent now.
  private func heard() throws -> [String] {
    try peer.send(#"{"event":"ping"}"#)
    var feeds: [String] = []
    while true {
      let message = try peer.read().json
      if message["event"] as? String == "pong" { return feeds }
      if let feed = message["feed"] as? String { feeds.append(feed) }
    }
  }

  private func buy() throws {
    #expect(try venue.send("mkt", "buy", "size=0.01")["status"] as? String == "placed")
  }

  @Test func `a drop ends the connection in place of a message`() throws {
    try subscribe("fills")
    let id = try venue.arm(#"{"fault":{"kind":"ws_drop","feed":"fills"}}"#)
    try buy()
    #expect(peer.ends)
    #expect(try venue.hits(id) == 1)
    let next = try WebSocketPeer(port: VenueProcess.port(venue.address?.url))
    #expect(try next.read().json["event"] as? String == "info")
  }

  @Test func `a stall holds everything back and then tells it in order`() throws {
    try subscribe("fills")
    try venue.arm(#"{"fault":{"kind":"ws_stall","feed":"fills","ms":1500}}"#)
    let begin = ContinuousClock.now
    for _ in 0..<3 { try buy() }
    var numbers: [Int] = []
    while numbers.count < 3 {
      let message = try peer.message("feed", "fills")
      // A stall lasts at least as long as it says; how much longer is the machine's business.
      if numbers.isEmpty { #expect(ContinuousClock.now - begin >= .milliseconds(1400)) }
      numbers += (message["fills"] as? [[String: Any]] ?? []).compactMap { $0["seq"] as? Int }
    }
    #expect(numbers == numbers.sorted() && Set(numbers).count == 3)
  }

  @Test func `a gap leaves out one number of a feed`() throws {
    try subscribe("fills")
    let id = try venue.arm(#"{"nth":2,"fault":{"kind":"ws_sequence_gap","feed":"fills"}}"#)
    for _ in 0..<3 { try buy() }
    var numbers: [Int] = []
    while numbers.count < 2 {
      let fills = try peer.message("feed", "fills")["fills"] as? [[String: Any]]
      numbers += (fills ?? []).compactMap { $0["seq"] as? Int }
    }
    #expect(numbers[1] - numbers[0] == 2)
    #expect(try venue.hits(id) == 1)
  }

  @Test func `fills come before the answer to the order that made them`() throws {
    try subscribe("fills")
    try venue.arm(
      #"{"match":{"path":"sendorder"},"every":true,"fault":{"kind":"fills_before_answer"}}"#)
    for _ in 0..<5 {
      try buy()
      // The answer was there, so the fill had been written before the ping reached the venue.
      #expect(try heard().contains("fills"))
    }
  }

  @Test func `fills come and no order is ever told of`() throws {
    try subscribe("fills")
    try subscribe("open_orders")
    let id = try venue.arm(#"{"fault":{"kind":"fills_without_orders"}}"#)
    try buy()
    let rests = try venue.send("lmt", "buy", "size=0.01&limitPrice=99")
    #expect(rests["status"] as? String == "placed")
    let feeds = try heard()
    #expect(feeds.contains("fills") && !feeds.contains("open_orders"))
    #expect(try venue.hits(id) ?? 0 > 0)
  }
}
