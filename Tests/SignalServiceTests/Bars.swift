import Domain
import Foundation
import Testing

@testable import Archive
@testable import SignalService

/// Candles to test with.
enum Bars {
  static let minute: Int64 = 60_000
  static let start: Int64 = 1_700_000_040_000 / minute * minute

  static func id(_ symbol: String = "PF_XBTUSD") -> InstrumentID {
    guard let id = InstrumentID(symbol) else { fatalError("\(symbol) is an instrument") }
    return id
  }

  /// A bar that opens and closes at these ticks and reaches `reach` beyond both.
  static func bar(
    _ index: Int, open: Int64, close: Int64, reach: Int64 = 1, symbol: String = "PF_XBTUSD"
  ) -> Candle {
    guard
      let candle = Candle(
        instrument: id(symbol), timeframe: .oneMinute,
        openTime: MarketTime(milliseconds: start + Int64(index) * minute),
        open: Price(ticks: open), high: Price(ticks: max(open, close) + reach),
        low: Price(ticks: min(open, close) - reach), close: Price(ticks: close),
        volume: Quantity(lots: 1))
    else { fatalError("the bar is possible") }
    return candle
  }

  /// A walk that is the same for the same seed.
  static func walk(_ count: Int, seed: UInt64, symbol: String = "PF_XBTUSD") -> [Candle] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    var price: Int64 = 100_000
    return (0..<count).map { index in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let open = price
      price += Int64(state % 201) - 100
      return bar(index, open: open, close: price, reach: Int64(state >> 32 % 40), symbol: symbol)
    }
  }

  /// BTC of May 2025 in minutes, from the recorded data beside the project; nil, said loudly, when
  /// it is not there.
  static func recorded(_ count: Int) throws -> [Candle]? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["INTERLOCK_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? root.appendingPathComponent("../shared").standardizedFileURL
    let path = shared.appendingPathComponent("market/binanceusdm_BTCUSDT_1m_2025-05.csv.gz").path
    guard FileManager.default.fileExists(atPath: path) else {
      FileHandle.standardError.write(Data("SKIPPED: no market data at \(path)\n".utf8))
      return nil
    }
    return try CandleFile.load(path).candles.prefix(count).compactMap { raw in
      Candle(
        instrument: id(), timeframe: .oneMinute,
        openTime: MarketTime(milliseconds: raw.openMilliseconds), open: price(raw.open),
        high: price(raw.high), low: price(raw.low), close: price(raw.close),
        volume: Quantity(lots: 1))
    }
  }

  private static func price(_ decimal: ExactDecimal) -> Price {
    Price(ticks: Int64((decimal.double * 10).rounded()))
  }
}
