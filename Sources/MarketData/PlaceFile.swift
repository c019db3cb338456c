import Daemon
import Domain

/// Where the candles of each instrument go on after a restart: `market-data.json` in the state
/// directory.
///
/// It is written after the candles were published: a crash between the two repeats a candle, which
/// every listener sees by its time, and never skips one.
struct PlaceFile {
  private struct Content: Codable {
    let timeframe: String
    let nextOpenMilliseconds: [String: Int64]
  }

  private let path: String
  private let timeframe: Timeframe

  init(stateDirectory: String, timeframe: Timeframe) {
    path = "\(stateDirectory)/market-data.json"
    self.timeframe = timeframe
  }

  /// The places of the last life; none when there was none or it counted in another timeframe.
  func read() throws(Fatal) -> [InstrumentID: MarketTime] {
    guard let content = try AtomicFile.readJSON(Content.self, from: path),
      content.timeframe == timeframe.rawValue
    else { return [:] }
    var places: [InstrumentID: MarketTime] = [:]
    for (symbol, time) in content.nextOpenMilliseconds {
      guard let id = InstrumentID(symbol), time >= 0 else { continue }
      places[id] = MarketTime(milliseconds: time)
    }
    return places
  }

  func write(_ places: [InstrumentID: MarketTime]) throws(Fatal) {
    let times = places.map { ($0.key.symbol, $0.value.milliseconds) }
    try AtomicFile.writeJSON(
      Content(
        timeframe: timeframe.rawValue,
        nextOpenMilliseconds: Dictionary(times) { first, _ in first }),
      to: path)
  }
}
