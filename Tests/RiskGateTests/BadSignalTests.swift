import Domain
import Testing
import Wire

@testable import RiskGate

/// Whatever a strategy says is a denial with a code, never a trap.
@Suite("bad signals")
struct BadSignalTests {
  private static let numbers: [Int64] = [
    .min, .min + 1, -1, 0, 1, 199_999, 200_000, 200_001, 1_000_000_000_000_000, .max / 2, .max,
  ]

  private func signal(
    _ name: String, _ direction: Direction, worst: Int64, stop: Int64, profits: [Int64],
    decided: Int64 = 60_000, until: Int64 = Sample.wall + 10_000
  ) -> Signal {
    Signal(
      id: SignalID(unchecked: name), strategy: StrategyID(unchecked: "breakout"),
      instrument: Sample.id("PF_XBTUSD"), direction: direction, setup: SetupID(unchecked: "ob-1"),
      worstPrice: Price(ticks: worst), stop: Price(ticks: stop),
      takeProfits: profits.map(Price.init(ticks:)), decidedAt: MarketTime(milliseconds: decided),
      validUntil: WallTime(milliseconds: until))
  }

  @Test func `any three numbers are judged, and what passes makes sense`() {
    var drive = GateDrive.ready()
    var count = 0
    for direction in Direction.allCases {
      for worst in Self.numbers {
        for stop in Self.numbers {
          for profit in Self.numbers {
            count += 1
            drive.step(
              .offer(
                UInt64(count),
                signal("n\(count)", direction, worst: worst, stop: stop, profits: [profit])))
          }
        }
      }
    }
    #expect(drive.decisions.count + drive.forwarded.count == count)
    for intent in drive.forwarded {
      #expect(intent.signal.isCoherent)
      #expect(abs(intent.signal.worstPrice.ticks - 200_000) <= 2000)
    }
  }

  private static let wrong: [(Direction, Int64, [Int64], DenialReason)] = [
    (.long, 201_000, [], .malformed),
    (.long, 200_000, [], .malformed), (.short, 199_000, [], .malformed),
    (.long, 198_000, [199_999], .malformed), (.short, 202_000, [200_001], .malformed),
    (.long, 198_000, [203_000, 202_000], .malformed), (.long, 0, [], .malformed),
    (.long, -5, [], .malformed), (.long, 199_999, [], .stopTooClose),
  ]

  @Test(arguments: wrong)
  func `a stop or a profit on the wrong side`(
    _ direction: Direction, _ stop: Int64, _ profits: [Int64], _ reason: DenialReason
  ) {
    var drive = GateDrive.ready()
    drive.step(
      .offer(1, signal("w", direction, worst: 200_000, stop: stop, profits: profits)))
    #expect(drive.lastReasons.contains(reason))
    #expect(drive.forwarded.isEmpty)
  }

  @Test func `times at the end of their range`() {
    var drive = GateDrive.ready()
    let times: [(Int64, Int64, DenialReason)] = [
      (60_000, .min, .expired), (60_000, 0, .expired), (.max, .max, .signalAhead),
      (.min, .max, .signalTooOld), (-120_001, .max, .signalTooOld), (120_001, .max, .signalAhead),
    ]
    for (index, (decided, until, reason)) in times.enumerated() {
      drive.step(
        .offer(
          1,
          signal(
            "t\(index)", .long, worst: 200_000, stop: 198_000, profits: [], decided: decided,
            until: until)))
      #expect(drive.lastReasons == [reason])
    }
  }

  private static let equities: [Int64] = [0, -1, .min / 2, 1, 9_999_999, .max / 2]

  @Test(arguments: equities)
  func `an account that has nothing, owes, or has more than there is`(_ micros: Int64) {
    let money = Money(micros: micros)
    var drive = GateDrive.ready(
      account: AccountSnapshot(
        equity: money, availableMargin: money, time: WallTime(milliseconds: Sample.wall)))
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.forwarded.count + drive.decisions.count == 1)
    if micros < 10_000_000 { #expect(drive.lastReasons.contains(.equityFloor)) }
  }

  @Test func `a day that ends in the middle of a burst begins a new loss, not a new drawdown`() {
    let day: Int64 = 86_400_000
    // The sample's moment is some time of a day; the next one begins after this.
    let rest = day - Sample.wall % day
    var drive = GateDrive()
    drive.step(
      .marketSnapshot(
        StreamReply(
          epoch: 1, sequence: 1, instruments: [Sample.instrument()],
          tickers: [Sample.reading(at: rest - 1)])))
    drive.clock = rest - 1000
    drive.write(.account(Sample.account(equity: 100_000)))
    drive.clock = rest - 1
    drive.write(.account(Sample.account(equity: 94_000, available: 94_000)))
    drive.replay()
    drive.step(.offer(1, Sample.signal(valid: rest + 10_000)))
    #expect(drive.lastReasons.contains(.dailyLoss))
    drive.clock = rest
    drive.tell(.account(Sample.account(equity: 94_000, available: 94_000)))
    drive.step(.offer(2, Sample.signal("s2", valid: rest + 10_000)))
    #expect(!drive.lastReasons.contains(.dailyLoss))
    // Drawdown is measured from the peak, whatever the day.
    drive.tell(.account(Sample.account(equity: 90_000, available: 90_000)))
    drive.step(.offer(3, Sample.signal("s3", valid: rest + 10_000)))
    #expect(drive.lastReasons.contains(.drawdown))
  }

  @Test func `a shock pauses the instrument, after a restart too, and three pause everything`() {
    let symbols = (0..<5).map { "PF_S\($0)USD" }
    var drive = GateDrive.ready(symbols: symbols)
    func move(_ symbol: String) {
      let reading = Sample.reading(symbol, mark: 210_001, time: 1000)
      drive.step(.market(.ticker(reading.ticker, readAt: reading.readAt)))
      for proposal in drive.proposals {
        if case .lock(let lock) = proposal.body { drive.tell(.risk(.locked(lock))) }
      }
      drive.proposals = []
    }
    move(symbols[0])
    drive.step(.offer(1, Sample.signal("a", symbol: symbols[0])))
    #expect(drive.lastReasons.contains(.shockGuard))
    var next = GateDrive.ready(symbols: symbols)
    for event in drive.ledger.dropFirst(next.ledger.count) { next.tell(event.body) }
    next.step(.offer(1, Sample.signal("a", symbol: symbols[0])))
    #expect(next.lastReasons == [.shockGuard], "by the lock in the ledger")
    drive.step(.offer(2, Sample.signal("b", symbol: symbols[3])))
    #expect(drive.forwarded.map(\.signal.id.text) == ["b"])
    move(symbols[1])
    move(symbols[2])
    drive.step(.offer(3, Sample.signal("c", symbol: symbols[4])))
    #expect(drive.lastReasons == [.shockGuard, .shockGuard])
  }
}
