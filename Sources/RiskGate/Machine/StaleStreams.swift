import Domain
import Wire

/// Which streams market-data says are stale.
///
/// It says so again and again while they are, so that neither a note that was lost nor a publisher
/// that is gone decides for ever: what was not told again for `longestMilliseconds` is no longer
/// known from here, and the age of the ticker alone decides.
struct StaleStreams: Sendable {
  /// Market-data tells it at least once a second.
  static let longestMilliseconds: Int64 = 5000
  static let most = 4000

  /// By instrument and stream, until when it holds.
  private var until: [InstrumentID: [String: MachineTime]] = [:]
  private var count = 0

  /// Takes a note such as `stale: PF_XBTUSD trades, PF_ETHUSD tickers`; any other is nothing here.
  mutating func hear(_ note: ControlNote, now: MachineTime) {
    guard note.state == "stale" || note.state == "fresh" else { return }
    for part in note.detail.split(separator: ",") {
      let words = part.split(separator: " ")
      guard words.count == 2, let id = InstrumentID(words[0]) else { continue }
      if note.state == "fresh" {
        if until[id]?.removeValue(forKey: String(words[1])) != nil { count -= 1 }
      } else if until[id]?[String(words[1])] != nil || count < Self.most {
        let limit = now.advanced(byMilliseconds: Self.longestMilliseconds)
        let old = until[id, default: [:]].updateValue(limit, forKey: String(words[1]))
        if old == nil { count += 1 }
      }
    }
  }

  /// The stale streams of an instrument, in order.
  func names(_ id: InstrumentID, now: MachineTime) -> [String] {
    guard count > 0, let own = until[id] else { return [] }
    return own.filter { now < $0.value }.keys.sorted()
  }
}
