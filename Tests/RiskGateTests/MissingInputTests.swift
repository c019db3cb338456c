import Domain
import Testing
import Wire

@testable import RiskGate

/// In a world of which nothing is known every control that needs it is unknown, and nothing passes.
@Suite("missing input")
struct MissingInputTests {
  /// Made of the signal and what is configured, or counted from the ledger, without which nothing
  /// is judged at all (`GATE_NOT_READY`).
  private static let alwaysKnown: Set<ControlID> = [
    .coherentPrices, .validity, .strategy, .blocklist, .tradingState, .staleStreams, .stopDistance,
    .shock, .positions, .entriesPerTenSeconds, .entriesPerMinute, .positionCount, .lossStreak,
    .symbolLoss, .postClose, .stoplossGuard, .protectionDrawdown, .cooldownPeriod,
    .lowProfitPairs, .strategyThrottle, .shockLock, .drawdownLatch, .marginLatch,
    .dailyLossLatch, .manualLock,
  ]

  private static func judgement(_ world: EntryWorld) -> EntryJudgement {
    EntryJudgement(
      Sample.signal(profit: 206_000), world, Sample.limits,
      now: WallTime(milliseconds: Sample.wall))
  }

  @Test(arguments: ControlID.allCases)
  func `what needs the world does not know without it`(_ id: ControlID) {
    let reading = Self.judgement(EntryWorld()).view[id]
    if Self.alwaysKnown.contains(id) {
      guard case .value = reading else {
        Issue.record("\(id) needs nothing, and is \(reading)")
        return
      }
    } else {
      #expect(reading == .unknown)
    }
  }

  private static var known: EntryWorld {
    var drive = Scene().drive(replayed: true)
    return drive.machine.world(of: Sample.signal(), drive.now)
  }

  @Test func `the whole world lets the signal pass`() {
    let whole = Self.judgement(Self.known)
    #expect(whole.isApproved, "\(whole.denials)")
  }

  private static let pieces: [(String, @Sendable (inout EntryWorld) -> Void)] = [
    ("contract", { $0.instrument = nil }), ("prices", { $0.reading = nil }),
    ("account", { $0.account = nil }), ("account's time", { $0.accountAt = nil }),
    ("market time", { $0.newestMarket = nil }), ("health", { $0.healthy = nil }),
    ("move of the mark", { $0.markMove = nil }), ("portfolio", { $0.portfolio = nil }),
    ("day start", { $0.dayStartEquity = nil }), ("peak", { $0.peakEquity = nil }),
  ]

  @Test(arguments: pieces.indices)
  func `without any one piece of it nothing passes, and a reason is told`(_ index: Int) {
    let (name, remove) = Self.pieces[index]
    var world = Self.known
    remove(&world)
    let judgement = Self.judgement(world)
    #expect(!judgement.isApproved, "without \(name)")
    #expect(!judgement.denials.isEmpty, "without \(name)")
  }

  @Test func `without a ledger, an account, contracts or prices the gate says what is missing`() {
    var drive = GateDrive()
    #expect(drive.machine.missing == ["ledger", "account", "instruments", "tickers"])
    #expect(!drive.machine.knowsAll)
    drive.step(.offer(1, Sample.signal()))
    drive.clock = GateMachine.graceMilliseconds
    drive.step(.tick)
    #expect(drive.lastReasons == [.gateNotReady])
    let ready = GateDrive.ready()
    #expect(ready.machine.missing.isEmpty && ready.machine.knowsAll)
  }
}
