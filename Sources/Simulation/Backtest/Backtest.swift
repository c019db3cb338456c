import Domain
import Ledger
import OrderRouter
import RiskGate
import SignalService
import SimulatedVenue
import Wire

/// The machines that trade, the ledger's rules and the simulated venue in one thread on virtual
/// time: the crash simulator's world with the faults off and a real market in it.
///
/// Invariants:
/// 1. Everything is a function of candles and settings: no clock, no chance.
/// 2. A strategy is given closed candles alone, and not before they have closed.
/// 3. What happens, happens in the order of its time: the price stops where an order is met, and
///    whoever reacts to that does so before it goes on.
/// 4. Memory does not grow with the length of the market, only with what was traded and, by two
///    numbers a day, with the days of the equity curve.
///
/// Market, wall and machine time are one clock. The router polls the venue as it always does while
/// anything is under way; polls that would find nothing new are left out, and made up for, without
/// delay, when a decision needs what they would have brought.
package final class Backtest {
  enum Happening {
    case arrival(VenueRequest, tag: UInt64)
    case report(VenueReport)
    case stream(StreamEvent)
    case offer(OrderIntent)
    case offerExit(ExitProposal)
    case offerRisk(RiskProposal)
    case turn
    case release
  }

  static let account = AccountID(unchecked: "backtest")

  /// The stream has told every fill long before.
  private static let fillsShown: Int64 = 120_000

  let settings: BacktestSettings
  var lanes: [BacktestLane]
  var laneOf: [InstrumentID: Int] = [:]
  var now: Int64 = 0
  var queue = EventQueue<Happening>()

  // The stages
  var signals: SignalMachine
  var gate: GateMachine
  var router: RouterMachine
  var ledger: MemoryLedger
  var desk: VenueDesk

  // The gate's shell
  var nextOffer: UInt64 = 1
  /// Number of the newest event that the gate was told.
  var toldEvent: Int64 = 0

  // The router's shell
  var routerOffers: [UInt64: SignalID] = [:]
  var routerExits: [UInt64: SignalID] = [:]
  var nextRouterOffer: UInt64 = 1
  var latch = LatchView.clear
  var underWay = 0
  var isAwake = false
  /// Whether reads are answered at once, to make up for polls that were left out.
  var isCatchingUp = false
  var owed: [(request: VenueRequest, tag: UInt64)] = []
  var turnAt: Int64?
  /// What came in at this moment and the router has not been told yet.
  var inbox: [RouterEvent] = []
  var accountAt: Int64 = .min / 2
  /// Complete looks at the venue since something last changed.
  var quietReadings = 0

  // The venue
  var heldFor: [Int64: UInt64] = [:]
  var releaseAt: Int64?
  var metAt: (time: Int64, id: InstrumentID)?

  // What is told
  var tally = BacktestTally()
  var trades: TradeBook
  var journal = TradeJournal()
  /// Sees every commit, in order; for tests.
  var onCommit: (([LedgerRecord], WallTime) -> Void)?
  var equity: EquityCurve

  package init(_ contracts: [BacktestContract], _ settings: BacktestSettings) throws {
    self.settings = settings
    let wanted = Set(settings.kinds.flatMap(\.timeframes))
    lanes = try contracts.sorted { $0.contract.id < $1.contract.id }
      .map { try BacktestLane($0, settings, wanted: wanted) }
    for (index, lane) in lanes.enumerated() { laneOf[lane.id] = index }
    signals = SignalMachine(
      kinds: settings.kinds, validForMilliseconds: settings.validForMilliseconds)
    gate = GateMachine(limits: settings.limits)
    guard let mark = InstallationMark(bytes: [0xBA, 0xC2, 0x7E, 0x57]) else {
      fatalError("invariant broken: a mark has four bytes")
    }
    ledger = MemoryLedger(account: Self.account, installation: mark)
    router = RouterMachine(
      account: Self.account, settings: settings.router, contents: ledger.contents)
    desk = VenueDesk(
      machine: VenueMachine(book: VenueBook(contracts: lanes.map(\.contract)), seed: 1),
      hidesTriggerSize: false, keeps: 1024, shows: Self.fillsShown)
    equity = EquityCurve(settings.balance)
    trades = TradeBook(lanes.map(\.contract))
  }

  // MARK: - Clocks

  var wall: WallTime { WallTime(milliseconds: now) }
  var machineTime: MachineTime { MachineTime(nanoseconds: now * 1_000_000) }
  var venueTime: VenueTime { VenueTime(wall: wall, market: MarketTime(milliseconds: now)) }
  var routerTime: RouterTime {
    RouterTime(
      wall: wall, machine: machineTime, venue: VenueMoment(earliest: wall, now: wall))
  }

  // MARK: - The run

  /// Plays the whole market; `progress` is told how much of it is read, now and then.
  package func run(progress: (Double) -> Void = { _ in }) throws -> BacktestResult {
    var closed: [Candle] = []
    var edges = 0
    while let edge = nextEdge {
      if edges == 0 { try begin(at: edge) }
      edges += 1
      try play(to: edge - 1)
      sample()
      closed.removeAll(keepingCapacity: true)
      for index in lanes.indices where lanes[index].edge == edge {
        try lanes[index].turn(at: edge, &closed)
      }
      try play(to: edge + settings.latency.candle)
      try hear(closed)
      if edges % 4096 == 0 { progress(fraction) }
    }
    try finish()
    return BacktestResult(self)
  }

  private var nextEdge: Int64? {
    var earliest: Int64?
    for index in lanes.indices {
      if let edge = lanes[index].edge { earliest = min(earliest ?? edge, edge) }
    }
    return earliest
  }

  private var fraction: Double {
    lanes.reduce(0) { $0 + $1.fraction } / Double(max(1, lanes.count))
  }

  private func begin(at edge: Int64) throws {
    now = edge - 1
    equity.begin(at: now)
    desk.play { $0.deposit(settings.balance, now: venueTime) }
    try observe()
    try wakeRouter()
  }

  /// What is under way comes to its end at the last prices.
  private func finish() throws {
    guard tally.begun else { return }
    try play(to: now + 120_000)
    sample()
    trades.finish(at: now) { id in desk.machine.unrealised(id) }
  }

  /// What the account is worth, where that can have changed.
  private func sample() {
    guard isTrading else { return }
    equity.add(at: now, equity: desk.machine.equity, exposure: exposure)
  }

  /// Whether strategies do more than warm up.
  var isTrading: Bool { settings.start.map { now >= $0.milliseconds } ?? true }

  private var exposure: Money {
    guard desk.machine.hasPositions else { return .zero }
    return desk.book.positions.reduce(.zero) { sum, entry in
      guard let mark = desk.machine.markets[entry.id]?.mark else { return sum }
      return sum + desk.book.exposure(entry.id, at: mark)
    }
  }
}
