import Domain
import Testing
import Wire

@testable import RiskGate

/// Latches that the gate sets, and that what it wants journaled reaches the ledger.
@Suite("the gate's latches")
struct GateLatchTests {
  private static let day: Int64 = 86_400_000

  private static func account(_ equity: Int64, available: Int64? = nil) -> LedgerEvent.Body {
    .account(
      AccountSnapshot(
        equity: Money(micros: equity), availableMargin: Money(micros: available ?? equity),
        time: WallTime(milliseconds: Sample.wall)))
  }

  private static func locks(_ drive: GateDrive, _ kind: RiskLock.Kind) -> [RiskLock] {
    drive.proposals.compactMap { proposal in
      if case .lock(let lock) = proposal.body, lock.kind == kind { lock } else { nil }
    }
  }

  /// The same ledger read by a new life.
  private static func restarted(_ drive: GateDrive, _ limits: GateLimits) -> GateDrive {
    var next = GateDrive.ready(limits)
    next.ledger = drive.ledger
    next.clock = drive.clock
    next.step(.ledgerLost)
    next.replay()
    return next
  }

  // MARK: - The day

  /// 5 % of 100 000 USD, in micros of equity that is left.
  @Test(arguments: [(95_000_000_001, false), (95_000_000_000, false), (94_999_999_000, true)])
  func `a day that lost more than its limit is over, at its edge`(left: Int64, isOver: Bool) {
    var drive = GateDrive.ready()
    drive.tell(Self.account(left))
    #expect(Self.locks(drive, .dailyLoss).count == (isOver ? 1 : 0))
  }

  @Test func `it stays over when the account recovers and the gate restarts, and ends with it`()
    throws
  {
    var drive = GateDrive.ready()
    drive.tell(Self.account(94_000_000_000))
    let lock = try #require(Self.locks(drive, .dailyLoss).first)
    let end = (Sample.wall / Self.day + 1) * Self.day
    #expect(lock.until == WallTime(milliseconds: end) && lock.scope == .everything)
    #expect(lock.why == "daily_loss=6% limit=5%")
    drive.tell(.risk(.locked(lock)))
    drive.tell(Self.account(100_000_000_000))
    drive.step(.offer(1, Sample.signal("a")))
    #expect(drive.lastReasons.contains(.dailyLossLatch))
    var next = Self.restarted(drive, Sample.limits)
    next.step(.offer(1, Sample.signal("b")))
    #expect(next.lastReasons.contains(.dailyLossLatch))
    #expect(Self.locks(next, .dailyLoss).isEmpty, "it is in the ledger already")
    #expect(lock.isActive(at: WallTime(milliseconds: end - 1)))
    #expect(!lock.isActive(at: WallTime(milliseconds: end)))
  }

  @Test func `a day begins when it is configured to`() throws {
    var limits = Sample.limits
    limits.dayStartsMilliseconds = 60 * 60_000
    var drive = GateDrive.ready(limits)
    drive.tell(Self.account(94_000_000_000))
    let until = try #require(Self.locks(drive, .dailyLoss).first?.until)
    #expect(until.milliseconds % Self.day == 60 * 60_000)
    #expect((1...Self.day).contains(until.milliseconds - Sample.wall))
  }

  @Test func `what a person has lifted is not set again on that day, only on the next`() {
    var drive = GateDrive.ready()
    drive.tell(
      .risk(
        .unlocked(
          RiskLock.Key(.dailyLoss, .everything), at: WallTime(milliseconds: Sample.wall),
          by: "ann", why: "seen")))
    drive.tell(Self.account(94_000_000_000))
    #expect(Self.locks(drive, .dailyLoss).isEmpty)
    drive.clock = Self.day
    let next = WallTime(milliseconds: Sample.wall + Self.day)
    drive.tell(.risk(.figure(.dayStartEquity, 94_000_000_000, at: next)))
    drive.tell(Self.account(80_000_000_000))
    #expect(Self.locks(drive, .dailyLoss).count == 1)
  }

  @Test func `yesterday's loss is no loss of a day that has no reading yet`() {
    var drive = GateDrive.ready()
    drive.tell(
      .risk(.figure(.dayStartEquity, 100_000_000_000, at: WallTime(milliseconds: Sample.wall))))
    drive.write(Self.account(94_000_000_000))
    drive.clock = Self.day
    drive.step(.ledger(drive.ledger[drive.ledger.count - 1]))
    drive.step(.tick)
    #expect(Self.locks(drive, .dailyLoss).isEmpty)
  }

  @Test(arguments: [(96_500_001_000, 0), (96_500_000_000, 1), (96_499_999_000, 1)])
  func `it is told once when a day has lost most of what it may`(left: Int64, count: Int) {
    var drive = GateDrive.ready()
    for _ in 0..<3 { drive.tell(Self.account(left)) }
    #expect(drive.alerts.count { $0.hasPrefix("the day nears its loss") } == count)
  }

  // MARK: - Margin

  @Test func `two halts of margin a day end by themselves, the third waits for a person`() {
    var limits = Sample.limits
    limits[.recovery] = 1000
    var drive = GateDrive.ready(limits)
    var untils: [Int64?] = []
    for halt in 0..<3 {
      if halt == 2 { drive = Self.restarted(drive, limits) }
      drive.proposals = []
      drive.tell(Self.account(100_000_000_000, available: 8_000_000_000))
      for lock in Self.locks(drive, .margin) {
        untils.append(lock.until.map { $0.milliseconds - lock.since.milliseconds })
        drive.tell(.risk(.locked(lock)))
      }
      drive.step(.offer(UInt64(halt), Sample.signal("s\(halt)", valid: drive.clock + 10_000)))
      #expect(drive.lastReasons.contains(.marginLatch))
      drive.clock += 2000
      drive.tell(Self.account(100_000_000_000))
      drive.step(.tick)
      #expect(drive.machine.tradingState == .active)
    }
    #expect(untils == [1000, 1000, nil])
    drive.step(.offer(9, Sample.signal("still", valid: drive.clock + 10_000)))
    #expect(drive.lastReasons.contains(.marginLatch), "margin is free again, the latch is not")
  }

  @Test(arguments: [(8_000_001_000, 0), (8_000_000_000, 1), (7_999_999_999, 1)])
  func `margin halts from its threshold on`(available: Int64, count: Int) {
    var drive = GateDrive.ready()
    drive.tell(Self.account(100_000_000_000, available: available))
    #expect(Self.locks(drive, .margin).count == count)
  }

  // MARK: - Until it is journaled

  @Test func `what the ledger does not show is offered again, ever more seldom`() {
    var drive = GateDrive.ready()
    drive.tell(Self.account(94_000_000_000))
    let ids = drive.proposals.map(\.id)
    #expect(ids.count == 2, "the state and the lock")
    for _ in 0..<600 {
      drive.clock += 1000
      drive.step(.tick)
    }
    let locks = Self.locks(drive, .dailyLoss)
    #expect((10...20).contains(locks.count), "\(locks.count)")
    #expect(Set(drive.proposals.map(\.id)).count == drive.proposals.count)
    guard let lock = locks.first else { return }
    #expect(locks.allSatisfy { $0 == lock }, "the same thing")
    drive.tell(.risk(.locked(lock)))
    drive.proposals = []
    for _ in 0..<600 {
      drive.clock += 1000
      drive.step(.tick)
    }
    #expect(Self.locks(drive, .dailyLoss).isEmpty)
    #expect(!drive.proposals.isEmpty, "the state is not there yet")
  }

  @Test func `a newer state takes an older one's place, and a lock ends with its time`() {
    var limits = Sample.limits
    limits[.recovery] = 0
    var drive = GateDrive.ready(limits)
    drive.tell(Self.account(94_000_000_000))
    drive.tell(Self.account(100_000_000_000))
    drive.proposals = []
    drive.clock += 60_000
    drive.step(.tick)
    let words = drive.proposals.compactMap { proposal -> String? in
      if case .tradingState(let state) = proposal.body { state.word } else { nil }
    }
    #expect(words == ["active"])
    drive.clock = Self.day
    drive.proposals = []
    drive.step(.tick)
    #expect(Self.locks(drive, .dailyLoss).isEmpty)
  }

  // MARK: - Basis of an open position

  /// Index ticks at which a mark of 200 000 is beside 0.75 %, at it and beyond it.
  @Test(arguments: [(198_512, 0), (198_511, 1), (198_510, 1)])
  func `an open position whose mark leaves its index is told once`(index: Int64, count: Int) {
    var drive = GateDrive.ready()
    drive.tell(Scene.position("PF_XBTUSD", lots: -1))
    for time in 1...3 {
      let reading = Sample.reading(at: Int64(time), index: index, time: Int64(time))
      drive.step(.market(.ticker(reading.ticker, readAt: reading.readAt)))
      let flat = Sample.reading("PF_ETHUSD", at: Int64(time), index: index, time: Int64(time))
      drive.step(.market(.ticker(flat.ticker, readAt: flat.readAt)))
    }
    #expect(drive.alerts.count { $0.contains("its mark leaves its index") } == count)
  }
}
