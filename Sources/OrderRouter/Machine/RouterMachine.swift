package import Domain
package import Ledger

/// The single owner of orders: decides what is recorded, asked, sent and answered; does nothing.
///
/// Invariants:
/// 1. A `.request(.place)` follows a `.record(.orderSending)` of the same order in the same step;
///    the shell commits all records of a step before it performs anything else of it.
/// 2. One client order id is sent at most once, ever: an order that may have left is only looked
///    up.
/// 3. An accepted intent ends in a terminal state; nothing is dropped.
/// 4. An entry leaves only in phase `ready`, with its symbol lock held, after a complete reading of
///    the venue that began after the intent was accepted.
/// 5. An order in doubt is never rejected by silence: see `OrderResolution`.
/// 6. A stop is cancelled only after two complete readings in a row showed the position at zero.
package struct RouterMachine: Sendable {
  let account: AccountID
  let settings: RouterSettings
  let installation: InstallationMark
  package internal(set) var book: RouterBook
  package internal(set) var phase: RouterPhase = .loadingInstruments
  package internal(set) var tradingState: TradingState = .active
  package internal(set) var instruments: [InstrumentID: Instrument] = [:]
  package internal(set) var equity: Money?
  /// Venue clock minus ours, in milliseconds, as of the last answer.
  var clockOffset: Int64 = 0

  // Requests under way; each tag is answered exactly once.
  var purposes: [UInt64: RequestPurpose] = [:]
  var nextTag: UInt64 = 1

  // Readings of the venue
  var reading: VenueReading?
  var readingsStarted = 0
  var readingsCompleted = 0
  var nextReading: MachineTime?
  var nextAccount: MachineTime?
  var nextInstruments: MachineTime?
  var historyBudget = HistoryBudget()
  /// Number of the reading under way or last started when an order was last touched: only a later
  /// reading may judge it.
  var touched: [ClientOrderID: Int] = [:]
  /// Accepted intents waiting for layer 4, with the last reading that began before them.
  var checking: [IntentHash: Int] = [:]
  /// Complete readings in a row that showed an instrument flat.
  var flatReadings: [InstrumentID: Int] = [:]
  /// The venue's positions in the last complete reading.
  var venuePositions: [InstrumentID: Position] = [:]
  var alerted: Set<String> = []

  var effects: [RouterEffect] = []

  package init(account: AccountID, settings: RouterSettings, contents: LedgerContents) {
    self.account = account
    self.settings = settings
    installation = contents.installation
    book = RouterBook(contents)
  }

  /// Takes one event and returns what has to be done, in this order.
  package mutating func step(_ event: RouterEvent, now: RouterTime) -> [RouterEffect] {
    effects = []
    switch event {
    case .started: start(now)
    case .offer(let offer, let intent): admit(intent, offer: offer, now: now)
    case .report(let report): receive(report, now: now)
    case .tick: break
    }
    expireUnsent(now)
    protectPositions(now)
    closeFinishedIntents(now)
    startWhatIsDue(now)
    defer { effects = [] }
    return effects
  }

  /// When `step(.tick)` is due at the latest.
  package func wake(now: RouterTime) -> MachineTime {
    let idle = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
    return [nextReading, nextAccount, nextInstruments].compactMap { $0 }.reduce(idle, min)
  }

  /// Placements, cancels and amendments whose answer has not come.
  package var ordersInFlight: Int {
    purposes.values.count { purpose in
      switch purpose {
      case .place, .cancel, .amend: true
      case .instruments, .account, .reading: false
      }
    }
  }

  private mutating func start(_ now: RouterTime) {
    // Whatever was on its way when the last life ended may or may not have arrived.
    for order in book.liveOrders where order.status == .sending {
      record(.orderStatus(order.id, .unknown, nil, text: "in flight at restart"), now)
      touched[order.id] = 0
    }
    for intent in book.open where intent.state == .accepted { checking[intent.hash] = 0 }
    nextInstruments = now.machine
    nextAccount = now.machine
  }

  /// An accepted intent of which no byte left ends as denied when its time is over.
  private mutating func expireUnsent(_ now: RouterTime) {
    for hash in checking.keys.sorted() {
      guard let row = book.intents[hash], venueNow(now) >= row.intent.signal.validUntil else {
        continue
      }
      deny(
        row,
        Denial(.venueUnreadable, "no complete reading of the venue before validUntil"), now)
    }
  }

  /// An intent is over when its entry is, its position is closed and nothing of it is left.
  private mutating func closeFinishedIntents(_ now: RouterTime) {
    for intent in book.open where intent.state.isTerminal && checking[intent.hash] == nil {
      let instrument = intent.intent.signal.instrument
      let holds = book.positions[instrument].map { !$0.position.isFlat && $0.intent == intent.hash }
      let alive = book.orders(of: intent.hash).contains { !$0.status.isTerminal }
      guard holds != true, !alive else { continue }
      record(.intentClosed(intent.hash), now)
    }
  }

  // MARK: - Building blocks

  mutating func record(_ record: LedgerRecord, _ now: RouterTime) {
    book.apply(record, now: now.wall)
    effects.append(.record(record))
  }

  mutating func request(_ request: VenueRequest, for purpose: RequestPurpose) {
    purposes[nextTag] = purpose
    effects.append(.request(request, tag: nextTag))
    nextTag += 1
  }

  mutating func deny(_ row: IntentRow, _ denial: Denial, _ now: RouterTime) {
    invariant(row.state == .accepted, "only an intent of which no byte left is denied")
    checking[row.hash] = nil
    record(.intentDenied(row.hash, row.intent.signal.id, denial), now)
  }

  mutating func halt(_ why: String, _ now: RouterTime) {
    guard tradingState != .halted else { return }
    tradingState = .halted
    record(.state("halted: \(why)"), now)
    effects.append(.alert("trading halted: \(why)"))
  }

  /// Says something once per life.
  mutating func alert(_ text: String) {
    guard alerted.count < 1000, alerted.insert(text).inserted else { return }
    effects.append(.alert(text))
  }

  func venueNow(_ now: RouterTime) -> WallTime {
    now.wall.advanced(byMilliseconds: clockOffset)
  }
}
