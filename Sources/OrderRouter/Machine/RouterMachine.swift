package import Domain
package import Ledger

/// The single owner of orders: decides what is recorded, asked, sent and answered; does nothing.
///
/// Invariants:
/// 1. A `.request` that changes something follows a `.record` of it in the same step or an earlier
///    one; the shell commits all records of a step before it performs anything of it but reads.
/// 2. One client order id is sent at most once, ever: an order that may have left is only looked
///    up.
/// 3. An accepted intent ends in a terminal state; nothing is dropped.
/// 4. An entry leaves only in phase `ready`, with its symbol lock held, after a complete reading of
///    the venue that began after the intent was accepted, and while its stop could leave too.
/// 5. An order in doubt is never rejected by silence: see `OrderResolution`.
/// 6. A stop is cancelled only after two complete readings in a row showed the position at zero, to
///    let a close through that the venue refused beside it, or when the position has turned round.
/// 7. The stop's price moves towards profit only.
package struct RouterMachine: Sendable {
  let account: AccountID
  let settings: RouterSettings
  let installation: InstallationMark
  /// Every limit that can be changed while running, by its key.
  let limitRows: [String: ChangeableLimit]
  package internal(set) var book: RouterBook
  package internal(set) var phase: RouterPhase = .loadingInstruments
  package internal(set) var tradingState: TradingState = .active
  package internal(set) var instruments: [InstrumentID: Instrument] = [:]
  package internal(set) var equity: Money?
  package internal(set) var latch = LatchView.clear
  /// The reading last started when the latch changed: only a later one verifies it.
  package internal(set) var latchReading = 0
  var marks: [InstrumentID: Mark] = [:]
  var margins: MarginCheck
  /// When the reading of margin modes that is under way was asked for.
  var marginsAsked: MachineTime?
  var mirror = AccountMirror()

  // Requests under way; each tag is answered exactly once.
  var purposes: [UInt64: RequestPurpose] = [:]
  var nextTag: UInt64 = 1

  // Readings of the venue
  /// By number; at most `readingBound` at a time.
  var readings: [Int: VenueReading] = [:]
  var readingsStarted = 0
  /// The newest reading that is complete; older ones that end later count for less.
  var readingsCompleted = 0
  var nextReading: MachineTime?
  var pace = ReadingPace()
  /// Until then the pace keeps back a reading that is due; nil when none is kept back.
  var paceEnds: MachineTime?
  var nextAccount: MachineTime?
  var nextInstruments: MachineTime?
  /// Number of the reading last started when an order was last touched: only a later one may judge
  /// it.
  var touched: [ClientOrderID: Int] = [:]
  /// Entries that are committed and wait for layer 4, with the last reading begun before them.
  var withheld: [ClientOrderID: Int] = [:]
  /// Before this moment of the venue's clock no withheld entry is too late.
  var withheldUntil = WallTime(milliseconds: .max)
  /// Stops that rest otherwise than the ledger has them, in the newest reading.
  var drifted: [ClientOrderID: StopDrift] = [:]
  /// How often in a row each was put right in vain.
  var mendings: [ClientOrderID: Mending] = [:]
  /// Orders that are over and were shown at rest, since when in a row.
  var zombies: [ClientOrderID: MachineTime] = [:]
  /// When the venue last showed an order at rest.
  var lastSeenOpen: [ClientOrderID: WallTime] = [:]
  /// When an order that rested came into doubt, or a life began that found it so.
  var unseenSince: [ClientOrderID: MachineTime] = [:]
  /// Fills of others that may explain a difference, newest first.
  var othersFills: [Fill] = []
  /// When the last complete reading began that showed our position.
  var agreedAt: [InstrumentID: WallTime] = [:]
  /// Where the last complete reading's position is neither ours nor explained by others' fills.
  var unexplainedInstruments: Set<InstrumentID> = []
  /// Readings in a row that left such a difference although they reached back.
  var readingsUnexplained = 0
  /// What of the venue's fills was read once and need not be read again.
  var knownFills: FillReach.Stretch?
  /// Complete readings in a row that showed an instrument flat.
  var flatReadings: [InstrumentID: Int] = [:]
  /// The venue's positions, and what others' stops cover, in the last complete reading.
  var venuePositions: [InstrumentID: Position] = [:]
  var foreignStops: [InstrumentID: Int64] = [:]
  var foreignOrders: [InstrumentID: Int] = [:]
  /// Instruments on which the venue refused a stop for want of room beside take-profits.
  var crowded: Set<InstrumentID> = []
  /// Instruments on which the venue refused to reduce by as much as we hold.
  var tight: Set<InstrumentID> = []
  /// Instruments with something of ours whose steps the venue has changed.
  var recounted: Set<InstrumentID> = []
  /// Differences between the venue's position and ours that were seen once.
  var differences: [InstrumentID: PositionDifference] = [:]
  var traffic: EntryTraffic
  /// What the book stands for, as long as that is known without reckoning it anew.
  var exposureMemo: Exposure?
  /// An equity far above the peak that was read once.
  var doubtfulPeak: Money?
  var historyPace: HistoryPace
  /// The newest reading with an answer of the history, whatever else of it failed.
  var lastHistory: VenueReading?
  var alerted: Set<String> = []
  var alertsAnew: MachineTime?

  var effects: [RouterEffect] = []

  package init(account: AccountID, settings: RouterSettings, contents: LedgerContents) {
    self.init(
      account: account, settings: settings, installation: contents.installation,
      book: RouterBook(contents))
  }

  /// A life that begins with what `book` holds.
  package init(
    account: AccountID, settings: RouterSettings, installation: InstallationMark, book: RouterBook
  ) {
    self.account = account
    self.settings = settings
    self.installation = installation
    self.book = book
    limitRows = Dictionary(settings.changeableLimits.map { ($0.key, $0) }) { first, _ in first }
    historyPace = HistoryPace(spent: book.properties["history_spent_ms"])
    traffic = EntryTraffic(book)
    margins = MarginCheck(
      required: settings.margin, mostAgeMilliseconds: settings.marginAgeMilliseconds)
  }

  /// Takes one event and returns what has to be done, in this order.
  package mutating func step(_ event: RouterEvent, now: RouterTime) -> [RouterEffect] {
    step(CollectionOfOne(event), now: now)
  }

  /// The same for events of one moment, in their order: what follows from the state is looked at
  /// once, behind the last of them.
  package mutating func step(
    _ events: some Collection<RouterEvent>, now: RouterTime
  ) -> [RouterEffect] {
    effects = []
    renewAlerts(now)
    for event in events { take(event, now) }
    expireWithheld(now)
    endRestingEntries(now)
    keepLatch(now)
    protectPositions(now)
    driveExits(now)
    closeFinishedIntents(now)
    startWhatIsDue(now)
    defer { effects = [] }
    return effects
  }

  private mutating func take(_ event: RouterEvent, _ now: RouterTime) {
    switch event {
    case .started: start(now)
    case .offer(let offer, let intent, let past, let refusal):
      admit(intent, offer: offer, past: past, refusal: refusal, now: now)
    case .offerExit(let offer, let exit): admit(exit, offer: offer, now: now)
    case .offerRisk(let offer, let proposal): admit(proposal, offer: offer, now: now)
    case .report(let report, let known): receive(report, known: known, now: now)
    case .stream(let event): hear(event, now: now)
    case .tickers(let tickers): hear(tickers, now)
    case .latch(let view): turn(view, now)
    case .note(let key, let value): record(.property(key, value), now)
    case .command(let id, let command): obey(command, id, now)
    case .tick: break
    }
  }

  /// When `step(.tick)` is due at the latest.
  ///
  /// Changes nothing: it is `mutating` because an object that owns a machine would copy all of it,
  /// a hundred references, to ask it.
  package mutating func wake(now: RouterTime) -> MachineTime {
    let idle = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
    // While one is under way, its end is what the next one waits for.
    let reading = paceEnds ?? (readings.isEmpty ? nextReading : nil)
    // Nothing else is asked until it is known what can be held.
    let due = phase == .loadingInstruments ? [] : [reading, nextAccount]
    return (due + [nextInstruments]).compactMap { $0 }.reduce(idle, min)
  }

  /// Placements, cancels and amendments whose answer has not come.
  package var ordersInFlight: Int { purposes.values.count { $0.order != nil } }

  private mutating func start(_ now: RouterTime) {
    // Whatever was on its way when the last life ended may or may not have arrived.
    for order in book.liveOrders {
      touched[order.id] = 0
      if order.venueOrderID != nil, order.status != .working {
        unseenSince[order.id] = now.machine
      }
      if order.status == .sending {
        record(.orderStatus(order.id, .unknown, nil, text: "in flight at restart"), now)
      } else if order.change?.isDoubtful == false {
        record(.changeDoubtful(order.id), now)
      }
    }
    tradingState = unhalted
    nextInstruments = now.machine
    nextAccount = now.machine
  }

  /// The trading state without a halt: what an operator has paused stays paused.
  var unhalted: TradingState {
    book.properties["paused", default: ""].isEmpty ? .active : .reducing
  }

  /// Another's order that only reduces may turn out to have made room for its entry (`heir`), until
  /// the venue has shown for long that the position is the other's.
  private func mayInherit(_ intent: IntentRow) -> Bool {
    guard intent.entry != nil, hasFilled(intent.hash) else { return false }
    if let row = book.positions[intent.instrument], let agreed = agreedAt[intent.instrument],
      agreed > row.changedAt.advanced(byMilliseconds: settings.contradictionMilliseconds)
    {
      return false
    }
    return book.liveOrders(on: intent.instrument).contains { order in
      order.intent != intent.hash && order.role != .entry
        && order.placement.side == intent.intent.direction.entrySide
    }
  }

  /// An intent is over when nothing of it can move any more: its orders have ended, and its
  /// position is closed or another's.
  private mutating func closeFinishedIntents(_ now: RouterTime) {
    for intent in book.open(among: book.agenda.ended) {
      let holds = book.positions[intent.instrument].map { row in
        !row.position.isFlat && row.intent == intent.hash
      }
      let alive = book.orders(of: intent.hash).contains { !$0.status.isTerminal }
      let closing = book.exit(on: intent.instrument).map { $0.hash != intent.hash } ?? false
      guard holds != true, !alive, !closing, !mayInherit(intent) else { continue }
      for order in book.orders(of: intent.hash) {
        touched[order.id] = nil
        lastSeenOpen[order.id] = nil
        unseenSince[order.id] = nil
        mendings[order.id] = nil
        // What a reading under way has heard of it already is of an order that has ended.
        for number in readings.keys { readings[number]?.endedOrders.insert(order.id) }
      }
      traffic.close(intent.hash)
      record(.intentClosed(intent.hash), now)
    }
  }
}
