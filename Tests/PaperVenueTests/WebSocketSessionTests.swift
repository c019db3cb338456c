import Foundation
import Testing

@testable import PaperVenue

@Suite("the dialogue of the WebSocket")
struct WebSocketSessionTests {
  private func message(_ answers: [[String: Any]]) -> String {
    answers.map { "\($0["event"] as? String ?? "?"): \($0["message"] as? String ?? "?")" }
      .joined(separator: "; ")
  }

  @Test func `a client is greeted with the version`() throws {
    let bench = try HubBench()
    #expect(bench.connect())
    let greeting = try #require(bench.heard().first)
    #expect(greeting["event"] as? String == "info" && greeting["version"] as? Int == 1)
  }

  @Test(arguments: [
    "", "{", "[]", "null", "17", "\"subscribe\"", #"{"feed":"ticker"}"#, #"{"event":5}"#,
    #"{"event":"subscribe","feed":"ticker","product_ids":"PF_XBTUSD"}"#,
    #"{"event":"buy","feed":"ticker"}"#, #"{"event":"challenge"}"#,
    String(repeating: "[", count: 60_000), "{\"event\":\"subscribe\u{0}\"}",
  ])
  func `what is no request is a JSON error and the dialogue goes on`(_ text: String) throws {
    let bench = try HubBench()
    bench.connect()
    _ = bench.heard()
    #expect(message(bench.say(text)) == "error: Json Error")
    #expect(message(bench.say(nil)) == "error: Json Error")
    #expect(bench.subscribe("heartbeat").first?["event"] as? String == "subscribed")
  }

  @Test func `an unknown feed and an unknown product are named as such`() throws {
    let bench = try HubBench()
    bench.connect()
    _ = bench.heard()
    #expect(message(bench.subscribe("candles", ["PF_XBTUSD"])) == "error: Invalid feed")
    #expect(message(bench.subscribe("ticker", ["PF_NONE"])) == "error: Invalid product id")
    #expect(message(bench.subscribe("ticker", ["PF_XBTUSD", "?"])) == "error: Invalid product id")
    #expect(message(bench.subscribe("ticker")) == "error: Invalid product id")
    #expect(message(bench.say(#"{"event":"subscribe"}"#)) == "error: Invalid feed")
  }

  @Test func `every product is confirmed by a message of its own, in any case of letters`() throws {
    let bench = try HubBench()
    bench.connect()
    _ = bench.heard()
    let answers = bench.subscribe("ticker", ["pf_xbtusd", "PF_XBTUSD"])
    #expect(answers.map { $0["event"] as? String } == ["subscribed", nil])
    #expect(answers[0]["product_ids"] as? [String] == ["PF_XBTUSD"])
    #expect(answers[1]["feed"] as? String == "ticker")
  }

  @Test func `a second subscription is an alert and the snapshot comes again`() throws {
    let bench = try HubBench()
    bench.connect()
    bench.subscribe("book", ["PF_XBTUSD"])
    let again = bench.subscribe("book", ["PF_XBTUSD"])
    #expect(again[0]["event"] as? String == "alert")
    #expect(again[0]["message"] as? String == "Already subscribed to feed, re-requesting")
    #expect(again[1]["feed"] as? String == "book_snapshot")
  }

  @Test func `after an unsubscription nothing more comes`() throws {
    let bench = try HubBench()
    bench.connect()
    bench.subscribe("ticker", ["PF_XBTUSD"])
    let request = #"{"event":"unsubscribe","feed":"ticker","product_ids":["PF_XBTUSD"]}"#
    #expect(bench.say(request)[0]["event"] as? String == "unsubscribed")
    bench.set(Samples.tick(bench.product, last: 51_000, at: 2000))
    bench.advance(2000)
    #expect(bench.heard().isEmpty)
    #expect(message(bench.say(request)) == "alert: Not subscribed to feed")
  }

  @Test func `challenges are fresh, follow from the seed and differ between clients`() throws {
    var seen: [[String]] = []
    for _ in 0..<2 {
      let bench = try HubBench(seed: 9)
      bench.connect(1)
      bench.connect(2)
      seen.append(
        try [bench.challenge(from: 1), bench.challenge(from: 1), bench.challenge(from: 2)])
    }
    #expect(seen[0] == seen[1])
    #expect(Set(seen[0]).count == 3)
    #expect(seen[0].allSatisfy { UUID(uuidString: $0) != nil && $0 == $0.lowercased() })
  }

  @Test func `the documented example of a signed challenge is accepted`() throws {
    let secret =
      "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"
    let signed =
      "4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A=="
    let challenge = "c100b894-1729-464d-ace1-52dbce11db42"
    let authentication = try #require(Authentication(key: "k", base64Secret: secret))
    #expect(authentication.accepts(key: "k", challenge: challenge, signature: signed))
    #expect(!authentication.accepts(key: "K", challenge: challenge, signature: signed))
    #expect(!authentication.accepts(key: "k", challenge: challenge + " ", signature: signed))
    #expect(!authentication.accepts(key: "k", challenge: challenge, signature: ""))
  }

  @Test func `a private feed needs a challenge of this very connection, each time`() throws {
    let bench = try HubBench()
    bench.connect(1)
    bench.connect(2)
    let refused = "alert: Failed to subscribe to authenticated feed"
    _ = bench.heard()
    #expect(message(bench.subscribe("fills")) == refused)
    #expect(message(bench.subscribe("open_orders", ["PF_XBTUSD"])) == refused)
    let challenge = try bench.challenge(from: 1)
    let signature = bench.authentication.signature(of: challenge)
    func request(_ event: String, _ key: String, _ signed: String) -> String {
      HubBench.text([
        "event": event, "feed": "fills", "api_key": key, "original_challenge": challenge,
        "signed_challenge": signed,
      ])
    }
    #expect(message(bench.say(request("subscribe", "other", signature))) == refused)
    #expect(message(bench.say(request("subscribe", "key", "AAAA"))) == refused)
    _ = bench.heard(2)
    #expect(message(bench.say(request("subscribe", "key", signature), from: 2)) == refused)
    #expect(
      bench.say(request("subscribe", "key", signature))[0]["event"] as? String == "subscribed")
    #expect(message(bench.say(#"{"event":"unsubscribe","feed":"fills"}"#)) == refused)
    let gone = bench.say(request("unsubscribe", "key", signature))
    #expect(gone[0]["event"] as? String == "unsubscribed")
  }

  @Test func `more than a hundred requests a second are refused until time has passed`() throws {
    let bench = try HubBench()
    bench.connect()
    _ = bench.heard()
    let ping = #"{"event":"ping"}"#
    for _ in 0..<100 { #expect(bench.say(ping)[0]["event"] as? String == "pong") }
    #expect(message(bench.say(ping)) == "alert: Too many requests")
    bench.advance(10)
    #expect(bench.say(ping)[0]["event"] as? String == "pong")
    #expect(message(bench.say(ping)) == "alert: Too many requests")
  }

  @Test func `the hundred and first client is turned away`() throws {
    let bench = try HubBench()
    for id in 1...100 { #expect(bench.connect(id)) }
    #expect(!bench.connect(101))
    bench.disconnect(50)
    #expect(bench.connect(102))
  }
}
