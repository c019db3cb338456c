import Domain
import Testing

@testable import RiskGate

@Suite("trading states")
struct TradingStatesTests {
  private var states = TradingStates()
  private let limits = RiskLimits()

  private mutating func judge(_ drawdown: Int64?, at seconds: Int64) -> String? {
    var view = StateView()
    view.drawdown = drawdown
    view.marginInUse = 0
    view.openPositions = 0
    view.dailyLoss = 0
    return states.judge(view, limits, now: WallTime(milliseconds: seconds * 1000))?.word
  }

  @Test mutating func `a worse state is taken at its threshold, not before it`() {
    let words = [9_999_999, 10_000_000, 14_999_999, 15_000_000].map { judge($0, at: 0) }
    #expect(words == [nil, "reducing", nil, "halted"])
    #expect(states.state == .halted)
  }

  @Test mutating func `a better one needs its release and its time`() {
    #expect(judge(10_000_000, at: 0) == "reducing")
    // Released below nine tenths of the threshold, and only after 300 s.
    #expect(judge(8_999_999, at: 299) == nil)
    #expect(judge(9_000_000, at: 300) == nil)
    #expect(judge(8_999_999, at: 300) == "active")
  }

  @Test mutating func `a value that trembles at its threshold changes the state once`() {
    let words = (0..<1000).compactMap { judge(9_990_000 + Int64($0 % 3) * 10_000, at: Int64($0)) }
    #expect(words == ["reducing"])
  }

  @Test mutating func `halted goes back by way of what still holds`() {
    #expect(judge(15_000_000, at: 0) == "halted")
    #expect(judge(13_499_999, at: 300) == "reducing")
    #expect(judge(8_000_000, at: 599) == nil)
    #expect(judge(8_000_000, at: 600) == "active")
  }

  @Test mutating func `what is not known makes nothing better or worse by itself`() {
    #expect(judge(nil, at: 0) == nil)
    #expect(judge(15_000_000, at: 1) == "halted")
  }

  @Test(arguments: StateCondition.all.indices)
  func `each condition of the table reduces and halts, and says why`(_ index: Int) throws {
    let condition = StateCondition.all[index]
    for (threshold, word) in [(condition.reducing, "reducing"), (condition.halted, "halted")] {
      guard let threshold else { continue }
      var view = StateView()
      let value = limits[threshold]
      switch condition.name {
      case "drawdown": view.drawdown = value
      case "daily_loss": view.dailyLoss = value
      case "margin_in_use": view.marginInUse = value
      case "open_positions": view.openPositions = value
      default: Issue.record("\(condition.name) has no value here")
      }
      var states = TradingStates()
      let change = states.judge(view, limits, now: WallTime(milliseconds: 0))
      let why = try #require(change?.why)
      #expect(change?.word == word)
      #expect(why.hasPrefix("active -> \(word): \(condition.name)="), "\(why)")
      #expect(why.contains(condition.unit.text(value)), "\(why)")
    }
  }

  // MARK: - In the gate

  private func account(_ equity: Int64) -> LedgerEvent.Body {
    .account(Sample.account(equity: equity, available: equity))
  }

  @Test func `a drawdown stops entries, is journaled, and its halt is a lock for a person`() {
    // The drawdown alone; the day's loss has a latch of its own.
    var limits = Sample.limits
    limits[.dailyLoss] = 90_000_000
    var drive = GateDrive.ready(limits)
    drive.tell(account(90_000))
    #expect(drive.machine.tradingState == .reducing)
    #expect(drive.proposals.count == 1)
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.lastReasons.contains(.tradingState))
    #expect(drive.lastReasons.contains(.drawdown))
    drive.tell(account(85_000))
    #expect(drive.machine.tradingState == .halted)
    let locks = drive.proposals.compactMap { proposal -> RiskLock? in
      if case .lock(let lock) = proposal.body { lock } else { nil }
    }
    #expect(locks.map(\.kind) == [.drawdown])
    #expect(locks.first?.until == nil && locks.first?.scope == .everything)
    #expect(drive.alerts.contains { $0.contains("drawdown=15%") })
  }

  @Test func `a restart goes on in the state that was journaled`() {
    // The drawdown alone.
    var limits = Sample.limits
    limits[.dailyLoss] = 90_000_000
    var drive = GateDrive.ready(limits)
    drive.tell(account(90_000))
    guard case .tradingState(let state) = drive.proposals.first?.body else {
      Issue.record("nothing was proposed")
      return
    }
    drive.tell(.risk(.tradingState(state)))
    // Above its release: it would not be entered, and is not left.
    drive.tell(account(90_900))
    var next = GateDrive(limits)
    next.ledger = drive.ledger
    next.clock = 1000
    next.replay()
    #expect(next.machine.tradingState == .reducing)
    next.clock = 400_000
    next.ledger = drive.ledger
    next.tell(account(91_000))
    #expect(next.machine.tradingState == .reducing, "9 % is at its release, not below it")
    next.tell(account(91_001))
    #expect(next.machine.tradingState == .active)
  }
}
