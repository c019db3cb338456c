import Daemon
import Domain
import Wire

/// Counts the closed candles of a run from the market stream, each once.
///
/// What closed while nobody could say so (a restart of market-data, a gap) is counted from the
/// snapshot; what closed before the run began is not counted.
final class CandleCounter {
  private static let snapshotCandles = 1000
  private static let askAgain: Int64 = 500

  private let context: ZMQContext
  private let market: Subscriber
  private let snapshot: RequestClient
  private var tally = CandleTally()
  private var instruments: [InstrumentID: Instrument] = [:]
  private var askAt: MachineTime?

  init(_ endpoints: RunDirectory) throws(WireError) {
    context = try ZMQContext()
    market = try Subscriber(context: context, endpoints: [endpoints.market])
    snapshot = try RequestClient(context: context, endpoint: endpoints.marketSnapshot)
  }

  var count: Int { tally.count }

  /// Whether a gap waits to be closed.
  var isCatchingUp: Bool { askAt != nil }

  var handles: [SocketHandle] { [market.handle, snapshot.handle] }

  /// The newest candle as text; nil before the first.
  var newestText: String? {
    tally.newest.map { candle in
      let price = instruments[candle.instrument]?.text(candle.close) ?? "\(candle.close.ticks)"
      let time = ISO8601.text(milliseconds: candle.openTime.milliseconds)
      return "\(candle.instrument) \(time) close \(price)"
    }
  }

  func service(now: MachineTime) {
    while let reception = market.receive() {
      switch reception {
      case .message(let message):
        switch message.body {
        case .candle(let candle): tally.hear(candle)
        case .instrument(let instrument): instruments[instrument.id] = instrument
        default: break
        }
      case .gap, .restarted: askAt = askAt ?? now
      case .malformed: break
      }
    }
    while let answer = snapshot.receive() {
      guard answer.reply.refusal == nil else { continue }
      for instrument in answer.reply.instruments { instruments[instrument.id] = instrument }
      tally.catchUp(answer.reply.candles)
      if !answer.reply.candles.isEmpty { askAt = nil }
    }
    guard let due = askAt, due <= now else { return }
    _ = snapshot.ask(.marketSnapshot(candles: Self.snapshotCandles))
    askAt = now.advanced(byMilliseconds: Self.askAgain)
  }
}
