import Daemon
import Domain
import Exchange
import Failpoint
import Ledger
import Wire

/// The shell around `RouterMachine`: reads sockets and the venue, commits, then acts.
///
/// Invariants:
/// 1. All records of a turn are durable before anything else the turn decided is performed but
///    reads of the venue: no order byte leaves and nothing is acknowledged from an uncommitted
///    state.
/// 2. A failed commit ends the process: whether it became durable is read by the next life.
/// 3. The latch is read in every turn and once more before the first byte of every order that is
///    neither a stop nor a close.
/// 4. The fence stands before anything of the state is opened, and as long as the process.
final class RouterLoop {
  /// How long a drain waits for answers that are under way; what is left is looked up after the
  /// next start.
  static let drainLimitMilliseconds: Int64 = 4000

  let host: StageHost
  private let fence: RouterFence
  let ledger: Ledger
  let latch: LatchFile
  let venue: KrakenFutures
  let stream: KrakenFuturesStream?
  let events: Publisher
  let replay: RequestServer
  let intents: LinkServer
  let market: Subscriber
  let context: ZMQContext
  private let poller = Poller()
  var machine: RouterMachine
  var offers: [UInt64: LinkDelivery.Key] = [:]
  var nextOffer: UInt64 = 1
  var commands: [UInt64: ControlQuery] = [:]
  var nextCommand: UInt64 = 1
  /// The copy of the ledger that is under way, and who waits for it.
  var copy: (LedgerCopy, ControlQuery)?
  /// Reports that came while requests were put on their way.
  var early: [VenueReport] = []
  /// What the ledger has of the tokens that questions for the history spent.
  var historyNoted = HistorySpending(times: [])
  /// What came in this turn, not yet decided.
  var heard: [RouterEvent] = []
  var effects: [RouterEffect] = []
  var draining: MachineTime?
  var nextStatus = MachineTime(nanoseconds: 0)
  /// When the ledger's upkeep is looked at again.
  var nextUpkeep = MachineTime(nanoseconds: 0)
  var counts: (intents: Int, orders: Int, fills: Int)
  var meter = RouterMeter()
  var learnt = 0
  /// Orders whose fate nobody knows; only failpoints ask.
  var doubtful: Set<ClientOrderID> = []

  init(_ host: StageHost) throws {
    self.host = host
    let run = try RunDirectory(host.options.requireRunDirectory())
    let credentials = try host.options.keyPath()
    fence = try RouterFence(
      stateDirectory: try host.options.requireStateDirectory(),
      key: try Credentials.read(from: credentials).key)
    latch = try LatchFile(host: host)
    ledger = try Ledger(host: host)
    let contents = try ledger.beginEpoch()
    counts = try ledger.counts()
    machine = RouterMachine(
      account: ledger.account, settings: RouterSettings(host.configuration),
      contents: contents)
    context = try ZMQContext()
    intents = try LinkServer(
      context: context, endpoint: run.intents, epoch: host.epoch, token: host.token,
      build: host.build)
    events = try Publisher(
      context: context, endpoint: run.events, source: host.stage, epoch: host.epoch)
    replay = try RequestServer(context: context, endpoint: run.replay)
    market = try Subscriber(context: context, endpoints: [run.market])
    venue = try KrakenFutures(host: host, credentialsPath: credentials)
    stream = try KrakenFuturesStream(host: host, credentialsPath: credentials)
    tellWhatWasLoaded(contents)
    rememberDoubts()
    try judge(try ledger.audit(full: false))
    restoreHistorySpending(contents)
    venue.lastObjection = { [unowned self] placement in latchObjection(to: placement) }
    try host.openControlSocket()
    host.waitsFor = "the venue"
    host.onKill = { [unowned self] _ in readLatch(clock()) }
  }

  func run() throws {
    readLatch(clock())
    decide(.started, at: clock())
    for channel in [StreamChannel.orders, .fills, .positions] { stream?.subscribe(channel, []) }
    while true {
      let before = clock()
      let idle = before.machine.advanced(byMilliseconds: 1000)
      let until = min(
        machine.wake(now: before), MachineTime(nanoseconds: host.deadline), nextStatus, nextUpkeep,
        venue.deadline ?? idle, stream?.deadline ?? idle)
      // While it drains no intent is read, so none may wake the loop either.
      let open = draining == nil ? [intents.handle] : []
      let busy = !effects.isEmpty || !early.isEmpty || copy != nil
      let ready = try poller.wait(
        sockets: open + [replay.handle, events.handle, market.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) } + venue.descriptors
          + (stream?.descriptors ?? []),
        until: busy ? before.machine : until, now: before.machine)
      let now = clock()
      readLatch(now)
      if serveHost(now) { return }
      try takeIntents(now)
      try hearVenue(ready.descriptors, now)
      hearMarket(now)
      decideWhatWasHeard(now)
      let wasIdle = effects.isEmpty
      try commitThenAct(now)
      if wasIdle { try keepUp(now) }
      serveReplay()
      advanceCopy()
      events.service()
      tellStatus(now)
    }
  }

  func clock() -> RouterTime {
    let wall = WallTime(milliseconds: Clock.wallMilliseconds())
    let machine = MachineTime(nanoseconds: Clock.machineNanoseconds())
    let clock = venue.clock
    return RouterTime(
      wall: wall, machine: machine,
      venue: VenueMoment(
        // Before enough was heard no deadline is over.
        earliest: clock.earliest(at: machine) ?? WallTime(milliseconds: 0),
        now: clock.now(at: machine) ?? wall,
        objection: clock.objection(wall: wall, at: machine)),
      protectiveRoom: venue.protectiveRoom(at: machine))
  }

  func decide(_ event: RouterEvent, at now: RouterTime) {
    effects += machine.step(event, now: now)
  }

  // MARK: - Commit, then act

  private func commitThenAct(_ now: RouterTime) throws(Fatal) {
    noteHistorySpending(now)
    let decided = effects
    effects = []
    startReads(decided)
    let records = decided.compactMap { effect -> LedgerRecord? in
      if case .record(let record) = effect { record } else { nil }
    }
    let committed: [LedgerEvent]
    do {
      committed = try commit(records, now)
    } catch {
      throw Fatal(
        .internalError,
        "unable to commit \(records.count) records: \(error): the next start reads what is there")
    }
    for effect in decided { try perform(effect, now) }
    sendWhatWaits(decided)
    // Who listens hears it behind the orders: a stop must not wait for a line of a log.
    publish(committed)
    for record in records { log(record) }
  }

  /// Reads change nothing at the venue: they travel while the disk is written.
  private func startReads(_ decided: [RouterEffect]) {
    for case .request(let request, let tag) in decided where request.onlyReads {
      venue.start(request, tag: tag)
    }
    sendWhatWaits(decided) { $0.onlyReads }
  }

  /// Puts the bytes of what was handed over on their way now, not with the next turn.
  private func sendWhatWaits(
    _ decided: [RouterEffect], where isMeant: (VenueRequest) -> Bool = { !$0.onlyReads }
  ) {
    let isAny = decided.contains { effect in
      if case .request(let request, _) = effect { isMeant(request) } else { false }
    }
    if isAny { early += venue.advance(ready: [], now: clock().machine) }
  }

  private func perform(_ effect: RouterEffect, _ now: RouterTime) throws(Fatal) {
    switch effect {
    case .record: break
    case .request(let request, let tag): if !request.onlyReads { send(request, tag: tag) }
    case .acknowledge(let offer, let verdict):
      guard let key = offers.removeValue(forKey: offer) else { return }
      failpoint(.routerAcknowledgeBefore)
      intents.acknowledge(key, verdict)
      failpoint(.routerAcknowledgeAfter)
    case .answer(let command, let answer):
      if let query = commands.removeValue(forKey: command) { query.answer(answer) }
    case .pressLatch(let why):
      failpoint(.routerPressBefore)
      try latch.press(
        LatchBlock.Entry(
          scope: "all", by: host.stage, reason: why, since: now.wall.milliseconds))
      failpoint(.routerPressAfter)
    case .clearLatch(let command, let acknowledged): try clearLatch(command, acknowledged)
    case .ready:
      failpoint(.routerReadyBefore)
      host.ready()
      failpoint(.routerReadyAfter)
    case .alert(let text): host.alert(text)
    }
  }

  private func log(_ record: LedgerRecord) {
    count(record)
    if let (message, fields) = RouterLog.line(record) { host.log.info(message, fields) }
  }

  private func count(_ record: LedgerRecord) {
    switch record {
    case .intentAccepted: counts.intents += 1
    case .orderSending: counts.orders += 1
    case .fill: counts.fills += 1
    default: break
    }
  }
}
