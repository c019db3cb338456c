import Domain
import Foundation
import Ledger
import Testing

@testable import OrderRouter

/// The router's machine with a real ledger file and a scripted venue; time moves when told.
final class RouterBench {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  var venue = ScriptedVenue()
  private(set) var machine: RouterMachine
  private var ledger: Ledger
  /// Where this life's file lies.
  private var place: URL
  var milliseconds: Int64 = 1_764_000_000_000
  /// By how much somebody has set our wall clock.
  var wallJump: Int64 = 0
  private(set) var verdicts: [UInt64: Verdict] = [:]
  private(set) var alerts: [String] = []
  private var waiting: [(VenueRequest, UInt64)] = []
  private var offers: UInt64 = 0
  /// Answers are held back while this is set, as if the venue were slow.
  var holdsAnswers = false
  /// The process dies before anything but the commit of a step that sends an order.
  var diesBeforeSending = false
  private(set) var isDead = false
  var clockObjection: String?
  /// Whether enough answers were heard to know how late it is at the venue.
  var knowsVenueClock = true
  var protectiveRoom: Int?
  private(set) var answers: [CommandAnswer] = []
  private(set) var pressed: [String] = []
  private(set) var lastEffects: [RouterEffect] = []
  private(set) var cleared: [LatchView] = []
  let settings: RouterSettings

  init(_ settings: RouterSettings = RouterSettings()) throws {
    self.settings = settings
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let ledger = try Self.open(folder)
    self.ledger = ledger
    place = folder
    machine = RouterMachine(
      account: Sample.account, settings: settings, contents: try ledger.beginEpoch())
    try run(.started)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private static func open(_ folder: URL) throws -> Ledger {
    try Ledger(
      path: folder.appendingPathComponent("ledger.sqlite").path, account: Sample.account,
      profile: "demo", now: WallTime(milliseconds: 0))
  }

  var now: RouterTime {
    RouterTime(
      wall: WallTime(milliseconds: milliseconds + wallJump),
      machine: MachineTime(nanoseconds: milliseconds * 1_000_000),
      venue: VenueMoment(
        earliest: WallTime(milliseconds: knowsVenueClock ? milliseconds - 5 : 0),
        now: WallTime(milliseconds: milliseconds), objection: clockObjection),
      protectiveRoom: protectiveRoom)
  }

  /// One step: commits its records, performs the rest, and lets the venue answer.
  func run(_ event: RouterEvent) throws {
    var events = [event]
    while !events.isEmpty, !isDead {
      venue.now = now.wall
      let effects = machine.step(events.removeFirst(), now: now)
      lastEffects = effects
      try commit(effects)
      for effect in effects { perform(effect) }
      guard !holdsAnswers else { continue }
      for (request, tag) in waiting {
        events.append(try heard(report(request, tag)))
      }
      waiting = []
    }
  }

  /// What waits for an answer while answers are held back, in the order it was asked.
  var held: [VenueRequest] { waiting.map(\.0) }

  /// The venue answers one of them now, as it is now.
  func answerHeld(_ index: Int) throws {
    let (request, tag) = waiting.remove(at: index)
    venue.now = now.wall
    try run(try heard(report(request, tag)))
  }

  private func commit(_ effects: [RouterEffect]) throws {
    let records = effects.compactMap { effect -> LedgerRecord? in
      if case .record(let record) = effect { record } else { nil }
    }
    try ledger.commit(records, now: now.wall)
    let sends = effects.contains { if case .request(.place, _) = $0 { true } else { false } }
    if sends && diesBeforeSending { isDead = true }
  }

  private func perform(_ effect: RouterEffect) {
    guard !isDead else { return }
    switch effect {
    case .record, .ready: break
    case .answer(_, let answer): answers.append(answer)
    case .pressLatch(let why): pressed.append(why)
    case .clearLatch(_, let view): cleared.append(view)
    case .request(let request, let tag): waiting.append((request, tag))
    case .acknowledge(let offer, let verdict): verdicts[offer] = verdict
    case .alert(let text): alerts.append(text)
    }
  }

  private func report(_ request: VenueRequest, _ tag: UInt64) -> VenueReport {
    VenueReport(tag: tag, outcome: venue.outcome(of: request), serverTime: now.wall)
  }

  /// As the shell does: fills that memory cannot explain are asked of the ledger.
  private func heard(_ report: VenueReport) throws -> RouterEvent {
    .report(report, known: try ledger.recall(machine.unexplained(in: report)))
  }

  /// When the machine asks to be woken.
  var wake: MachineTime { machine.wake(now: now) }

  func pass(milliseconds step: Int64, upTo total: Int64? = nil) throws {
    for _ in 0..<((total ?? step) / step) {
      milliseconds += step
      try run(.tick)
    }
  }

  @discardableResult
  func offer(_ intent: OrderIntent, past remembered: SetupPast? = nil) throws -> Verdict? {
    offers += 1
    let past = try remembered ?? ledger.past(of: intent.signal)
    try run(.offer(offers, intent, past: past, refusal: nil))
    return verdicts[offers]
  }

  /// What the gate wants journaled.
  @discardableResult
  func propose(_ body: RiskProposal.Body) throws -> Verdict? {
    offers += 1
    let id = SignalID(unchecked: "risk-\(offers)")
    let until = now.wall.advanced(byMilliseconds: 10_000)
    try run(.offerRisk(offers, RiskProposal(id: id, body: body, validUntil: until)))
    return verdicts[offers]
  }

  /// How many events of a type the ledger holds.
  func events(type: String) throws -> Int {
    try ledger.eventRows(from: 1, count: 10_000, type: type).count
  }

  /// As if a fault had sent what is accepted already.
  func breakTraffic() { machine.traffic = EntryTraffic(machine.book) }

  func command(_ command: RouterCommand) throws -> CommandAnswer? {
    try run(.command(1, command))
    return answers.last
  }

  /// The mark price, as market data tells it.
  func mark(_ ticks: Int64) throws { try run(.tickers([ticker(ticks)])) }

  func ticker(_ ticks: Int64) -> Ticker {
    let price = Price(ticks: ticks)
    return Ticker(
      instrument: Sample.instrument.id, time: MarketTime(milliseconds: milliseconds),
      bid: price, ask: price, last: price, mark: price)
  }

  /// Every intent and order the ledger holds, oldest first.
  func intents() throws -> [IntentRow] { try ledger.intents(count: 1000) }
  func orders() throws -> [OrderRow] { try ledger.orders(count: 1000) }

  /// SIGKILL and a new life on the same file; what was on its way to us is gone.
  func restart() throws {
    waiting = []
    holdsAnswers = false
    diesBeforeSending = false
    isDead = false
    // The old owner's connection ends with the process.
    try replaceLedger(path: place.appendingPathComponent("ledger.sqlite").path)
    machine = RouterMachine(
      account: Sample.account, settings: settings, contents: try ledger.beginEpoch())
    try run(.started)
  }

  /// A new life that has lost its ledger, and with it every law of the store; all that it knows is
  /// what `remember` puts into the book.
  func loseLedger(_ remember: (inout LedgerContents) -> Void = { _ in }) throws {
    waiting = []
    let aside = folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: aside, withIntermediateDirectories: true)
    ledger = try Self.open(aside)
    var contents = try ledger.beginEpoch()
    remember(&contents)
    machine = RouterMachine(account: Sample.account, settings: settings, contents: contents)
    try run(.started)
  }

  /// What the file remembers of the setup of `intent`.
  func past(of intent: OrderIntent) throws -> SetupPast { try ledger.past(of: intent.signal) }

  private func replaceLedger(path: String) throws {
    let aside = folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: aside, withIntermediateDirectories: true)
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.copyItem(
        atPath: path + suffix, toPath: aside.path + "/ledger.sqlite" + suffix)
    }
    ledger = try Self.open(aside)
    place = aside
  }

  /// Memory and file are folds over the same records: they must not have parted.
  func expectNoDrift(_ location: SourceLocation = #_sourceLocation) throws {
    let book = RouterBook(try ledger.beginEpoch())
    #expect(book == machine.book, "the book equals the ledger", sourceLocation: location)
    let known = machine.exposureMemo
    #expect(known == nil || known == machine.exposure, sourceLocation: location)
    #expect(try ledger.firstBrokenLink() == nil, sourceLocation: location)
  }
}

enum Sample {
  /// An instrument that nobody of us trades.
  static let other: InstrumentID = {
    guard let id = InstrumentID("PF_LTCUSD") else { fatalError("PF_LTCUSD is a symbol") }
    return id
  }()

  static let account = AccountID(unchecked: "demo")

  static let instrument = made("PF_XBTUSD")
  static let second = made("PF_ETHUSD")

  private static func made(_ symbol: String) -> Instrument {
    guard let id = InstrumentID(symbol), let tick = ExactDecimal("0.1"),
      let lot = ExactDecimal("0.0001"), let margin = ExactDecimal("0.02"),
      let instrument = Instrument(
        id: id, tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
        initialMargin: margin, makerProtectionMilliseconds: 20, tradeable: true)
    else { fatalError("the sample instrument is valid") }
    return instrument
  }

  static func intent(
    _ name: String, at milliseconds: Int64, setup: String? = nil, lots: Int64 = 10,
    takeProfit: Int64? = nil, takeProfits: [Int64]? = nil,
    on id: InstrumentID = instrument.id, strategy: String = "breakout"
  ) -> OrderIntent {
    let signal = Signal(
      id: SignalID(unchecked: name), strategy: StrategyID(unchecked: strategy),
      instrument: id, direction: .long, setup: SetupID(unchecked: setup ?? name),
      worstPrice: Price(ticks: 1000), stop: Price(ticks: 900),
      takeProfits: (takeProfits ?? takeProfit.map { [$0] } ?? []).map(Price.init(ticks:)),
      decidedAt: MarketTime(milliseconds: 60_000),
      validUntil: WallTime(milliseconds: milliseconds + 10_000))
    return OrderIntent(
      signal: signal, quantity: Quantity(lots: lots), equity: Money(micros: 1_000_000))
  }
}
