import Domain
import Foundation
import Testing

@testable import Exchange

@Suite("messages of the venue's stream")
struct SocketReaderTests {
  /// Contracts of every symbol that the printed and recorded messages name.
  private static let instruments = Dictionary(
    uniqueKeysWithValues: [
      ("PI_XBTUSD", "0.5", "1"), ("FI_XBTUSD_200925", "0.5", "1"), ("PF_XBTUSD", "0.5", "0.0001"),
      ("PI_ETHUSD", "0.05", "1"), ("PF_ETHUSD", "0.1", "0.001"),
      ("OF_ETHUSD_240101_1000_C", "0.5", "0.01"),
    ].compactMap { symbol, tick, lot in
      InstrumentID(symbol).flatMap { id in
        ExactDecimal(tick).flatMap { tick in
          ExactDecimal(lot).flatMap { lot in
            Instrument(
              id: id, tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
              initialMargin: tick, makerProtectionMilliseconds: 0, tradeable: true)
          }
        }
      }.map { ($0.id, $0) }
    })
  private let reader = SocketReader(instruments: instruments)

  private func outcome(_ bytes: [UInt8]) -> Result<SocketMessage, MalformedAnswer> {
    do throws(MalformedAnswer) {
      return .success(try reader.read(bytes))
    } catch {
      return .failure(error)
    }
  }

  private static let files: [URL] = {
    let root = URL(fileURLWithPath: SharedFiles.payloads)
    let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (found?.compactMap { $0 as? URL } ?? []).filter {
      let name = $0.lastPathComponent
      return name.contains("websocket") || name.hasPrefix("ws_")
    }.sorted { $0.path < $1.path }
  }()

  @Test(.enabled(if: SharedFiles.present, SharedFiles.missing))
  func `every printed and recorded message is read, or refused with a reason`() throws {
    var read: [String: Int] = [:]
    var refused: [String: String] = [:]
    for file in Self.files {
      let bytes = Array(try Data(contentsOf: file))
      switch outcome(bytes) {
      case .success(let message):
        let word = "\(message)".prefix { $0 != "(" }
        read[String(word), default: 0] += 1
      case .failure(let error):
        // The documentation prints positions outside of any message, and a client's question.
        let name = file.lastPathComponent.dropFirst("futures-api.websocket.".count)
        refused[String(name)] = error.reason
      }
    }
    #expect(
      refused == [
        "open_position.json": "no or bad feed", "open_position__2.json": "no or bad feed",
        "challenge.challenge.json": "no or bad challenge",
      ])
    #expect(Self.files.count >= 60)
    for word in [
      "book", "level", "trade", "trades", "ticker", "heartbeat", "challenge", "fills", "orders",
      "order", "money", "error", "subscribed",
    ] {
      #expect(read[word, default: 0] > 0, "no \(word) among \(read)")
    }
  }

  @Test func `what is read in one pass is what is read slowly, however a message is broken`() {
    let whole = [
      Frames.book(6, "buy", "34893", "5"), Frames.trade(9),
      #"{"feed":"trade","product_id":"PF_XBTUSD","uid":"u","side":"buy","type":"liquidation","#
        + #""seq":1,"time":1,"qty":0.0001,"price":1.5}"#,
    ]
    let pieces = [
      "-", "NaN", "1e308", "1e400", "null", "\"\"", "0", "00", "1.", ".5", "9223372036854775808",
      "999999999999999999999", "{}", "[]", "\\u0041", "é", "\u{1}", "true", "\"", ",", ":", "}",
      " ",
    ].map { Array($0.utf8) }
    var random = SeededBytes(11)
    var quick = 0
    for text in whole {
      let bytes = Array(text.utf8)
      var variants = (0..<bytes.count).map { Array(bytes[..<$0]) }
      for _ in 0..<4000 {
        var variant = bytes
        for _ in 0...random.below(2) {
          let from = random.below(variant.count)
          let to = min(variant.count, from + random.below(6))
          variant.replaceSubrange(from..<to, with: pieces[random.below(pieces.count)])
        }
        variants.append(variant)
      }
      for variant in variants + [bytes] {
        let slow: Result<SocketMessage, MalformedAnswer>
        do throws(MalformedAnswer) {
          slow = .success(try reader.readSlowly(variant))
        } catch {
          slow = .failure(error)
        }
        if DeltaScanner.scan(variant) != nil { quick += 1 }
        #expect(outcome(variant) == slow, "\(String(decoding: variant, as: UTF8.self))")
      }
    }
    #expect(quick > 50, "the one pass is hardly taken: \(quick)")
  }

  @Test(
    arguments: [
      #""price":NaN"#, #""price":1e308"#, #""price":-1"#, #""price":null"#, #""price":0"#,
      #""price":"inf""#, #""price":[]"#, #""price":99999999999999999999"#,
    ])
  func `a price that makes no sense is refused with a reason`(_ member: String) {
    for text in [Frames.book(6, "buy", "34893", "5"), Frames.trade(9, price: "34893")] {
      let bad = text.replacingOccurrences(of: #""price":34893"#, with: member)
      #expect(bad != text)
      guard case .failure(let error) = outcome(Array(bad.utf8)) else {
        Issue.record("\(bad) was read")
        continue
      }
      #expect(!error.reason.isEmpty)
    }
  }

  @Test(arguments: ["qty", "seq", "side", "product_id", "price", "uid", "time", "type", "feed"])
  func `a trade that lacks a member is refused or left aside`(_ member: String) throws {
    let whole = try #require(
      try JSONSerialization.jsonObject(with: Data(Frames.trade(9).utf8)) as? [String: Any])
    for value in [nil, NSNull(), -1, [1], ["a": 1], Double.greatestFiniteMagnitude] as [Any?] {
      var object = whole
      object[member] = value
      let bytes = Array(try JSONSerialization.data(withJSONObject: object))
      switch outcome(bytes) {
      case .failure(let error): #expect(!error.reason.isEmpty)
      case .success(let message):
        Issue.record("\(String(decoding: bytes, as: UTF8.self)) was read as \(message)")
      }
    }
  }

  @Test func `a foreign instrument and an unknown feed are left aside`() throws {
    let foreign = Frames.trade(9).replacingOccurrences(of: "PF_XBTUSD", with: "PF_NONEUSD")
    #expect(try reader.read(Array(foreign.utf8)) == .aside)
    #expect(try reader.read(Array(#"{"feed":"news","a":1}"#.utf8)) == .aside)
  }

  @Test(.enabled(if: SharedFiles.present, SharedFiles.missing))
  func `what is left of an order that filled is nothing`() throws {
    let file = try #require(
      Self.files.first { $0.lastPathComponent == "ws_futures_open_orders_delta_full_fill.json" })
    guard case .order(let update) = try reader.read(Array(try Data(contentsOf: file))) else {
      Issue.record("no order")
      return
    }
    #expect(update.isOver && update.reason == "full_fill")
    #expect(update.order?.unfilled == .zero && update.order?.filled == Quantity(lots: 1))
  }
}

/// The same numbers for the same seed.
private struct SeededBytes {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func below(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(max(1, bound)))
  }
}
