import Domain
import Foundation
import SwiftProtobuf
import Testing

@testable import Wire

/// Every bound of the schema, one step outside: refused with a sentence that names it.
@Suite("refusals at the door")
struct RefusalTests {
  private func refused(_ word: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("accepted, though \(word) is wrong")
    } catch let error as WireError {
      #expect("\(error)".contains(word), "says \(error)")
    } catch {
      Issue.record("another error: \(error)")
    }
  }

  private func signal(_ word: String, _ change: (inout ProtoSignal) -> Void) throws {
    var proto = try Sample.signal().proto
    change(&proto)
    refused(word) { _ = try Signal(proto) }
  }

  @Test func `a signal with any part out of bounds`() throws {
    try signal("signal id") { $0.id = "" }
    try signal("signal id") { $0.id = String(repeating: "x", count: 97) }
    try signal("strategy") { $0.strategy = "two words" }
    try signal("setup") { $0.setup = "line\nbreak" }
    try signal("no instrument") { $0.instrument = "pf_xbtusd" }
    try signal("no instrument") { $0.instrument = "" }
    try signal("direction 0") { $0.direction = .unspecified }
    try signal("direction 9") { $0.direction = .UNRECOGNIZED(9) }
    try signal("worst_price=0") { $0.worstPriceTicks = 0 }
    try signal("worst_price=-1") { $0.worstPriceTicks = -1 }
    try signal("worst_price") { $0.worstPriceTicks = .max }
    try signal("stop=0") { $0.stopTicks = 0 }
    try signal("take_profit=-1") { $0.takeProfitTicks = [-1] }
    try signal("market_decided_at_ms") { $0.marketDecidedAtMs = -1 }
    try signal("wall_valid_until_ms") { $0.wallValidUntilMs = .max }
  }

  @Test func `an intent without a signal or with a negative size`() throws {
    var proto = try Sample.intent().proto
    proto.clearSignal()
    refused("signal is missing") { _ = try OrderIntent(proto) }
    proto = try Sample.intent().proto
    proto.quantityLots = -1
    refused("quantity=-1") { _ = try OrderIntent(proto) }
    proto.quantityLots = 1
    proto.equityMicros = .min
    refused("equity") { _ = try OrderIntent(proto) }
  }

  @Test func `a verdict that is neither yes nor no`() throws {
    refused("denied for 0 reasons") { _ = try Codec.decodeVerdict([]) }
    var proto = Verdict.accepted(try Sample.hash()).proto
    proto.intentHash = Data([1, 2, 3])
    refused("32 bytes") { _ = try Verdict(proto) }
    proto = Verdict.accepted(try Sample.hash()).proto
    proto.denials = Sample.denied.proto.denials
    refused("accepted, and yet denied") { _ = try Verdict(proto) }
    proto = Sample.denied.proto
    proto.denials[0].reason = "BECAUSE\n" + String(repeating: "x", count: 10_000)
    refused("denial \"BECAUSE?") { _ = try Verdict(proto) }
    proto = Sample.denied.proto
    proto.denials = Array(repeating: proto.denials[0], count: 257)
    refused("denied for 257 reasons") { _ = try Verdict(proto) }
  }

  private func candle(_ word: String, _ change: (inout ProtoCandle) -> Void) throws {
    var proto = try Sample.candle().proto
    change(&proto)
    refused(word) { _ = try Candle(proto) }
  }

  @Test func `a candle that no market can make`() throws {
    try candle("timeframe 0") { $0.timeframe = .unspecified }
    try candle("market_open_time_ms=-60000") { $0.marketOpenTimeMs = -60_000 }
    try candle("impossible") { $0.marketOpenTimeMs = 1 }
    try candle("low=0") { $0.lowTicks = 0 }
    try candle("impossible") { $0.highTicks = 91 }
    try candle("volume=-1") { $0.volumeLots = -1 }
    try candle("open=") { $0.openTicks = .min }
  }

  @Test func `a ticker or an instrument out of bounds`() throws {
    var ticker = try Sample.ticker().proto(readAt: Sample.wall)
    ticker.markTicks = 0
    refused("mark=0") { _ = try Ticker(ticker) }
    ticker = try Sample.ticker().proto(readAt: WallTime(milliseconds: -1))
    refused("wall_time_ms=-1") { _ = try TickerReading(ticker) }
    for text in ["", "nan", "0", "-1", "1e999", String(repeating: "1", count: 65)] {
      var instrument = try Sample.instrument().proto
      instrument.tickSize = text
      #expect(throws: WireError.self, "tick size \(text)") { try Instrument(instrument) }
    }
  }

  @Test func `an event without number, body or known words`() throws {
    var event = try #require(try Sample.events().first).proto
    event.number = 0
    refused("event number 0") { _ = try LedgerEvent(event) }
    event.number = .max
    refused("event number") { _ = try LedgerEvent(event) }
    event.number = 1
    event.body = nil
    refused("without a body") { _ = try LedgerEvent(event) }
    event.body = .position(.with { $0.signedLots = .min })
    refused("position=") { _ = try LedgerEvent(event) }
    event.body = .denied(.with { $0.intentHash = Data(count: 32) })
    refused("signal id") { _ = try LedgerEvent(event) }
    event.body = .execution(.with { $0.intentHash = Data(count: 32) })
    refused("role or status") { _ = try LedgerEvent(event) }
    event.body = .accepted(.with { $0.intentHash = Data(count: 32) })
    refused("intent is missing") { _ = try LedgerEvent(event) }
  }

  @Test func `an exit for a reason that nobody knows`() throws {
    let exit = ExitIntent(
      instrument: try Sample.instrument().id, direction: .long, position: try Sample.hash(),
      reason: .strategy, generation: 1, quantity: Quantity(lots: 3))
    let sound = exit.proto(try Sample.hash())
    for reason in [ProtoExitReason.unspecified, .UNRECOGNIZED(99)] {
      var proto = sound
      proto.reason = reason
      refused("exit reason") { _ = try ExitIntent(proto) }
    }
    #expect(try ExitIntent(sound) == exit)
  }

  private func envelope(_ word: String, _ change: (inout ProtoEnvelope) -> Void) throws {
    let frame = Codec.encode(Sample.message(Sample.note(1), 1))
    var proto = try ProtoEnvelope(serializedBytes: frame)
    change(&proto)
    refused(word) { _ = try Codec.decodeMessage(try proto.serializedBytes()) }
  }

  @Test func `an envelope of another version, from nobody or without content`() throws {
    refused("version 0") { _ = try Codec.decodeMessage([]) }
    try envelope("version 2") { $0.version = 2 }
    try envelope("source") { $0.source = "" }
    try envelope("source") { $0.source = "a\nb" }
    try envelope("source") { $0.source = String(repeating: "x", count: 65) }
    try envelope("epoch") { $0.epoch = 0 }
    try envelope("sequence") { $0.sequence = 0 }
    try envelope("without a body") { $0.body = nil }
  }

  @Test func `an envelope in an envelope in an envelope`() throws {
    var message = Sample.message(Sample.note(1), 1)
    for _ in 0..<2 { message = Sample.message(.relayed(message), 1) }
    refused("in an envelope") { _ = try Codec.decodeMessage(Codec.encode(message)) }
    for _ in 0..<200 { message = Sample.message(.relayed(message), 1) }
    #expect(throws: WireError.self) { try Codec.decodeMessage(Codec.encode(message)) }
  }

  @Test func `a link frame out of bounds`() throws {
    refused("version 0") { _ = try LinkFrame([]) }
    let long = LinkFrame.data(
      epoch: 1, sequence: 1, payload: Array(repeating: 0, count: LinkFrame.longestPayload + 1))
    refused("65537 bytes") { _ = try LinkFrame(long.encode()) }
    let zero = LinkFrame.data(epoch: 1, sequence: 0, payload: [])
    refused("data 0") { _ = try LinkFrame(zero.encode()) }
    let hello = LinkFrame.hello(
      LinkHello(
        epoch: 1, token: Array(repeating: 0, count: 65), build: Sample.build, source: "x"))
    refused("token of 65 bytes") { _ = try LinkFrame(hello.encode()) }
    let empty = try ProtoLinkFrame.with { $0.version = 1 }.serializedBytes() as [UInt8]
    refused("without a body") { _ = try LinkFrame(empty) }
  }

  @Test(arguments: [
    Question.marketSnapshot(candles: 0), .marketSnapshot(candles: 1001), .replay(from: 0, count: 1),
    .replay(from: -5, count: 1), .replay(from: 1, count: 0), .replay(from: 1, count: -1),
    .replay(from: .max, count: 1001),
  ])
  func `a question out of bounds keeps its id`(_ question: Question) throws {
    let decoded = try Codec.decodeQuestion(Codec.encode(question, id: 77))
    #expect(decoded.id == 77)
    #expect(throws: WireError.self) { try decoded.question.get() }
  }
}
