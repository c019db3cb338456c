import Daemon
import Domain

/// Where the candles of each instrument go on after a restart: `market-data.json` in the state
/// directory.
///
/// It is written after the candles were published: a crash between the two repeats a candle, which
/// every listener sees by its time, and never skips one.
struct PlaceFile {
  private struct Content: Codable {
    /// By timeframe and symbol; nil in the file of an older build, which had one timeframe.
    let nextOpenMilliseconds: [String: [String: Int64]]?

    init(_ places: [String: [String: Int64]]) {
      nextOpenMilliseconds = places
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      nextOpenMilliseconds = try? container.decode(
        [String: [String: Int64]].self, forKey: .nextOpenMilliseconds)
    }
  }

  private let path: String

  init(stateDirectory: String) {
    path = "\(stateDirectory)/market-data.json"
  }

  /// The places of the last life; none when there was none.
  func read() throws(Fatal) -> [SeriesID: MarketTime] {
    let content = try AtomicFile.readJSON(Content.self, from: path)
    var places: [SeriesID: MarketTime] = [:]
    for (word, times) in content?.nextOpenMilliseconds ?? [:] {
      guard let timeframe = Timeframe(rawValue: word) else { continue }
      for (symbol, time) in times where time >= 0 {
        guard let id = InstrumentID(symbol) else { continue }
        places[SeriesID(id, timeframe)] = MarketTime(milliseconds: time)
      }
    }
    return places
  }

  func write(_ places: [SeriesID: MarketTime]) throws(Fatal) {
    var times: [String: [String: Int64]] = [:]
    for (id, time) in places {
      times[id.timeframe.rawValue, default: [:]][id.instrument.symbol] = time.milliseconds
    }
    try AtomicFile.writeJSON(Content(times), to: path)
  }
}
