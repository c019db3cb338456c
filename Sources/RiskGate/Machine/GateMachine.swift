package import Domain
import Wire

/// Decides which signals become intents, and how large; sends nothing itself.
///
/// Invariants:
/// 1. One signal is at most one intent under way: offered again it waits for the same verdict, and
///    decided it is answered from memory or from the router's ledger.
/// 2. Nothing is forwarded before the ledger has been read to its end and market and account are
///    known; what is missing, stale or contradictory is a denial.
/// 3. Every reason is collected; a signal passes only when there is none.
/// 4. A verdict comes from the router or is a denial of ours; never is an acceptance guessed.
/// 5. What was forwarded counts against every limit until the ledger shows it, the router denies
///    it, or the router, asked after its time, knows nothing of it.
package struct GateMachine: Sendable {
  /// How long a signal waits for a gate that has only begun.
  static let graceMilliseconds: Int64 = 2000
  static let askAgainMilliseconds: Int64 = 500
  static let mostWaiting = 1024

  struct Waiting: Sendable {
    let signal: Signal
    var offers: [UInt64]
    let until: MachineTime
  }

  struct Flight: Sendable {
    let intent: OrderIntent
    let judgement: EntryJudgement
    var offers: [UInt64]
  }

  /// As configured; `limits` is what holds.
  let configured: GateLimits
  /// With what was changed while running.
  var limits: GateLimits
  var fold = LedgerFold()
  var catchUp = LedgerCatchUp()
  var market = MarketWatch()
  var states = TradingStates()
  var reservations = Reservations()
  var askMarketAt: MachineTime? = MachineTime(nanoseconds: 0)
  var waiting: [Waiting] = []
  var exits = ExitDesk()
  /// Who asked what became of its decisions before the ledger was read to its end.
  var greetings: [Greeting] = []
  var flights: [SignalID: Flight] = [:]
  var memory = DecisionMemory()
  var effects: [GateEffect] = []
  var outbox = ProposalOutbox()
  var proposals: UInt64 = 0
  /// The day whose loss was warned of.
  var warnedDay: Int64?
  /// Instruments with a position of which it was told that mark and index have parted.
  var partedBases: Set<InstrumentID> = []

  package internal(set) var signals: UInt64 = 0
  package internal(set) var accepted: UInt64 = 0
  package internal(set) var denied: UInt64 = 0
  package internal(set) var denials: [DenialReason: UInt64] = [:]

  package init(limits: GateLimits) {
    invariant(
      Control.all.map(\.id) == ControlID.allCases, "every control stands once in the list, in order"
    )
    configured = limits
    self.limits = limits
  }

  /// Another strategy may propose: a program that has shown its token.
  mutating func admit(_ strategy: StrategyID) {
    limits.strategies?.insert(strategy)
  }

  package mutating func step(_ event: GateEvent, now: GateTime) -> [GateEffect] {
    effects = []
    switch event {
    case .tick: judgeState(now)
    case .offer(let offer, let signal): consider(signal, offer, now)
    case .offerExit(let offer, let exit): consider(exit, offer, now)
    case .greeted(let greeting): greet(greeting)
    case .market(let body): learn(body, now)
    case .marketSnapshot(let reply): learn(reply, now)
    case .marketLost: askMarketAt = now.machine
    case .ledger(let event): follow(event, now)
    case .replay(let reply): replay(reply, now)
    case .ledgerLost: catchUp.lose(now.machine)
    case .verdict(let id, let verdict): land(id, verdict, now)
    case .noVerdict(let id): giveUp(id, now)
    case .notForwarded(let id):
      land(id, .denied([Denial(.gateNotReady, "the router has too many unanswered intents")]), now)
    case .exitVerdict(let id, let verdict): landExit(id, verdict, now)
    }
    judgeWaiting(now)
    judgeExits(now)
    proposeWhatIsDue(now)
    askWhatIsDue(now)
    return effects
  }

  /// When `step` is due though nothing has happened.
  package var wake: MachineTime {
    ([askMarketAt, outbox.next].compactMap { $0 } + waiting.map(\.until) + exits.deadlines).min()
      .map { min($0, catchUp.askAt) } ?? catchUp.askAt
  }

  package var openPositions: Int { fold.openPositions }
  package var equity: Money? { fold.account?.equity }
  /// Intents at the router without a verdict.
  package var inFlight: Int { flights.count }
  /// Places promised to intents that the ledger does not show.
  package var reserved: Int { reservations.places.count }
  /// By measured conditions.
  package var tradingState: TradingState { states.state }
  /// Signals that have no verdict yet.
  package var undecided: Int { flights.count + waiting.count + exits.undecided }

  /// What the gate still has to learn before it can judge.
  package var missing: [String] {
    [
      catchUp.isComplete ? nil : "ledger", fold.account == nil ? "account" : nil,
      market.listed == 0 ? "instruments" : nil, market.priced == 0 ? "tickers" : nil,
    ].compactMap { $0 }
  }

  /// The same in short: nothing is missing.
  var knowsAll: Bool {
    catchUp.isComplete && fold.account != nil && market.listed > 0 && market.priced > 0
  }
}
