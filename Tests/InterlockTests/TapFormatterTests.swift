import Domain
import Foundation
import Testing
import Wire

@testable import Interlock

@Suite("tap")
struct TapFormatterTests {
  private let bitcoin: InstrumentID
  private let instrument: Instrument

  init() throws {
    bitcoin = try #require(InstrumentID("PF_XBTUSD"))
    let half = try #require(ExactDecimal("0.5"))
    let lot = try #require(ExactDecimal("0.0001"))
    instrument = try #require(
      Instrument(
        id: bitcoin, tickSize: half, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
        initialMargin: half, makerProtectionMilliseconds: 0, tradeable: true))
  }

  private func candle() throws -> StreamBody {
    .candle(
      try #require(
        Candle(
          instrument: bitcoin, timeframe: .oneMinute, openTime: MarketTime(milliseconds: 60_000),
          open: Price(ticks: 200_001), high: Price(ticks: 200_003), low: Price(ticks: 200_000),
          close: Price(ticks: 200_002), volume: Quantity(lots: 15_000))))
  }

  private func relayed(_ body: StreamBody, sequence: UInt64 = 9) -> Subscriber.Reception {
    let inner = StreamMessage(source: "market-data", epoch: 5, sequence: sequence, body: body)
    return .message(
      StreamMessage(source: "tap-relay", epoch: 1, sequence: 1, body: .relayed(inner)))
  }

  private func object(_ line: TapFormatter.Line?) throws -> [String: Any] {
    let text = try #require(line?.text)
    #expect(!text.contains("\n"))
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `a message shows its first publisher's numbers and prices as people write them`()
    throws
  {
    var formatter = TapFormatter(json: true, symbol: nil)
    formatter.learn([instrument])
    let line = formatter.line(relayed(try candle()), wanted: ["candles"])
    let fields = try object(line)
    #expect(line?.counts == true)
    #expect(fields["stream"] as? String == "candles")
    #expect(fields["source"] as? String == "market-data")
    #expect(fields["epoch"] as? Int == 5 && fields["sequence"] as? Int == 9)
    #expect(fields["open"] as? String == "100000.5" && fields["close"] as? String == "100001")
    #expect(fields["volume"] as? String == "1.5")
    #expect(fields["open_time"] as? String == "1970-01-01T00:01:00.000Z")
  }

  @Test func `an instrument that is not known yet is shown in ticks, and learnt on the way`()
    throws
  {
    var formatter = TapFormatter(json: true, symbol: nil)
    let before = try object(formatter.line(relayed(try candle()), wanted: ["candles"]))
    #expect(before["open"] as? String == "200001 ticks")
    #expect(formatter.line(relayed(.instrument(instrument)), wanted: ["candles"]) == nil)
    let after = try object(formatter.line(relayed(try candle()), wanted: ["candles"]))
    #expect(after["open"] as? String == "100000.5")
  }

  @Test func `only what was asked for is shown`() throws {
    var formatter = TapFormatter(json: false, symbol: InstrumentID("PF_ETHUSD"))
    #expect(formatter.line(relayed(try candle()), wanted: ["candles"]) == nil)
    var other = TapFormatter(json: false, symbol: bitcoin)
    #expect(other.line(relayed(try candle()), wanted: ["signals"]) == nil)
    #expect(other.line(relayed(try candle()), wanted: ["candles"]) != nil)
  }

  @Test func `losses are shown with their source and count as no message`() throws {
    var formatter = TapFormatter(json: true, symbol: nil)
    let own = formatter.line(.gap(source: "tap-relay", missed: 12), wanted: ["signals"])
    #expect(own?.counts == false)
    #expect(try object(own)["gap"] as? Int == 12)
    #expect(try object(own)["source"] as? String == "tap-relay")
    let note = ControlNote(state: "gap", generation: 1, detail: "source=risk-gate missed=3")
    let above = formatter.line(
      .message(StreamMessage(source: "tap-relay", epoch: 1, sequence: 2, body: .control(note))),
      wanted: ["signals"])
    #expect(above?.counts == false)
    #expect(above?.text.contains("source=risk-gate missed=3") == true)
    #expect(formatter.line(.malformed("frame"), wanted: ["signals"])?.counts == false)
    #expect(formatter.line(.restarted(source: "x", epoch: 2), wanted: ["signals"]) == nil)
  }
}
