import Domain
import Wire

@testable import RiskGate

/// A market, a ledger and a signal: what a gate is judged by, live or after a restart.
struct Scene {
  var limits = Sample.limits
  var instruments = [Sample.instrument(), Sample.instrument("PF_ETHUSD")]
  /// Heard on the stream, in order, before the snapshot.
  var earlier: [TickerReading] = []
  var readings = [Sample.reading(), Sample.reading("PF_ETHUSD")]
  var notes: [ControlNote] = []
  var account = Sample.account()
  /// Milliseconds before the signal at which the account was written down.
  var accountAge: Int64 = 0
  var dayStart: Int64 = 100_000
  var peak: Int64 = 100_000
  /// What the ledger says after the account.
  var bodies: [LedgerEvent.Body] = []
  var signal = Sample.signal()

  static let eth = Sample.id("PF_ETHUSD")

  /// A gate that has learnt everything; by replay as after a restart, or event by event.
  func drive(replayed: Bool) -> GateDrive {
    var drive = GateDrive(limits)
    for reading in earlier { drive.step(.market(.ticker(reading.ticker, readAt: reading.readAt))) }
    drive.step(
      .marketSnapshot(
        StreamReply(epoch: 1, sequence: 1, instruments: instruments, tickers: readings)))
    drive.clock = -accountAge
    drive.write(.account(account))
    drive.clock = 0
    let figures: [LedgerEvent.Body] = [
      figure(.dayStartEquity, dayStart), figure(.peakEquity, peak),
    ]
    if replayed {
      for body in figures + bodies { drive.write(body) }
      drive.replay()
    } else {
      drive.replay()
      for body in figures + bodies { drive.tell(body) }
    }
    for note in notes { drive.step(.market(.control(note))) }
    return drive
  }

  private func figure(_ figure: RiskFigure, _ usd: Int64) -> LedgerEvent.Body {
    .risk(.figure(figure, usd * 1_000_000, at: WallTime(milliseconds: Sample.wall)))
  }

  /// What the controls measure.
  var view: RiskView {
    var drive = drive(replayed: true)
    let world = drive.machine.world(of: signal, drive.now)
    return EntryJudgement(signal, world, drive.machine.limits, now: drive.now.wall).view
  }

  /// Every reason of the denial; none when it was forwarded.
  func reasons(replayed: Bool) -> [DenialReason] {
    var drive = drive(replayed: replayed)
    drive.step(.offer(1, signal))
    return drive.forwarded.isEmpty ? drive.lastReasons : []
  }

  func objections() -> [ControlID] {
    view.objections
  }

  static func lock(_ kind: RiskLock.Kind) -> LedgerEvent.Body {
    .risk(
      .locked(
        RiskLock(
          kind: kind, scope: .everything, since: WallTime(milliseconds: Sample.wall), until: nil,
          why: "test=1", by: "test")))
  }

  static func position(_ symbol: String = "PF_ETHUSD", lots: Int64) -> LedgerEvent.Body {
    .position(Position(instrument: Sample.id(symbol), signedLots: lots))
  }
}
