import Domain
import Glibc
import Ledger
import OrderRouter

/// Intents decided and durable before their acknowledgement, a second.
///
/// Decided by the router's machine over ten thousand instruments. Sending is stubbed: the venue's
/// book is empty and it refuses every order, so that each intent ends and frees its instrument.
final class IntakeBench {
  private static let instruments = 10_000
  private let ledger: Ledger
  private var machine: RouterMachine
  private var milliseconds: Int64 = 1_764_000_000_000
  private var acknowledged = (accepted: 0, denied: 0)
  private var commits = 0
  /// Nanoseconds from the offers of a turn to their verdicts.
  private var told: Int64 = 0
  /// When the offers of this turn came; 0 once they have their verdicts.
  private var offered: Int64 = 0

  init(folder: String) throws {
    ledger = try LedgerBench.open("\(folder)/intake.sqlite")
    var settings = RouterSettings()
    settings.entriesPerTenSeconds = .max
    settings.entriesPerMinute = .max
    settings.rearmCooldownMilliseconds = 0
    machine = RouterMachine(
      account: ledger.account, settings: settings, contents: try ledger.beginEpoch())
    try run([.started])
    for _ in 0..<10 {
      milliseconds += 500
      try run([.tick])
    }
  }

  /// New decisions first, all accepted; then each of them again under another signal, all denied.
  ///
  /// Two figures each: until the verdicts may be told, and with what follows them.
  func run(_ intents: Int) throws {
    for size in [1, 8, 64] {
      try pass(size == 1 ? min(intents, 4000) : intents, size, "accepted")
      try pass(size == 1 ? min(intents, 4000) : intents, size, "denied")
    }
  }

  private func pass(_ intents: Int, _ size: Int, _ word: String) throws {
    acknowledged = (0, 0)
    commits = 0
    var spent: Int64 = 0
    told = 0
    let began = LedgerBench.processor()
    var next = 0
    while next < intents {
      // A turn of the loop a second, so that a minute's rate stays short; signals are made outside
      // the measured time.
      milliseconds += 1000
      let offers = (next..<min(next + size, intents)).map { intent($0, word, size) }
      next += size
      let start = LedgerBench.now()
      try offer(offers)
      spent += LedgerBench.now() - start
      if next % (64 * size) == 0 { _ = try ledger.idle(now: now.wall) }
    }
    let right = word == "accepted" ? acknowledged.accepted : acknowledged.denied
    guard right == intents else {
      throw Unexpected(text: "\(right) of \(intents) \(word): \(acknowledged)")
    }
    func rate(_ nanoseconds: Int64) -> Int { Int(Double(intents) * 1e9 / Double(nanoseconds)) }
    print(
      "intake: \(size) a turn: \(rate(told)) intents/s \(word), decided and durable before their "
        + "verdict; \(rate(spent)) with their orders' lives; \(commits) commits; a second of "
        + "processor time \(rate(LedgerBench.processor() - began)) with lives and upkeep")
    fflush(nil)
  }

  private struct Unexpected: Error { let text: String }

  /// The `number`-th decision of a pass; a denied one repeats the setup of an accepted one that
  /// never traded.
  private func intent(_ number: Int, _ word: String, _ size: Int) -> OrderIntent {
    let id = "PF_X\(number % Self.instruments)USD"
    guard let instrument = InstrumentID(id) else { fatalError("a bench symbol is a symbol") }
    let setup = "\(size)-\(number)"
    let signal = Signal(
      id: SignalID(unchecked: "breakout/\(id)/\(word)/\(setup)"),
      strategy: StrategyID(unchecked: "breakout"), instrument: instrument, direction: .long,
      setup: SetupID(unchecked: setup), worstPrice: Price(ticks: 650_000),
      stop: Price(ticks: 640_000), takeProfits: [Price(ticks: 670_000)],
      decidedAt: MarketTime(milliseconds: milliseconds),
      validUntil: WallTime(milliseconds: milliseconds + 10_000))
    return OrderIntent(
      signal: signal, quantity: Quantity(lots: 10), equity: Money(micros: 100_000_000_000))
  }

  private func offer(_ intents: [OrderIntent]) throws {
    offered = LedgerBench.now()
    var events: [RouterEvent] = []
    for (number, intent) in intents.enumerated() {
      events.append(
        .offer(
          UInt64(number + 1), intent, past: try ledger.past(of: intent.signal),
          refusal: ledger.refusal))
    }
    try run(events + [.tick])
  }

  /// Turns of the loop until the venue has nothing to answer: all records of a turn in one commit,
  /// then its effects.
  private func run(_ first: [RouterEvent]) throws {
    var events = first
    while !events.isEmpty {
      let effects = events.flatMap { machine.step($0, now: now) }
      events = []
      let records = effects.compactMap { effect -> LedgerRecord? in
        if case .record(let record) = effect { record } else { nil }
      }
      if !records.isEmpty {
        try ledger.commit(records, now: now.wall)
        commits += 1
      }
      if offered != 0 { told += LedgerBench.now() - offered }
      offered = 0
      for effect in effects {
        switch effect {
        case .request(let request, let tag):
          events.append(
            .report(VenueReport(tag: tag, outcome: answer(request), serverTime: now.wall)))
        case .acknowledge(_, .accepted): acknowledged.accepted += 1
        case .acknowledge(_, .denied): acknowledged.denied += 1
        case .record, .answer, .pressLatch, .clearLatch, .ready, .alert: break
        }
      }
    }
  }

  private var now: RouterTime {
    RouterTime(
      wall: WallTime(milliseconds: milliseconds),
      machine: MachineTime(nanoseconds: milliseconds * 1_000_000),
      venue: VenueMoment(
        earliest: WallTime(milliseconds: milliseconds - 5),
        now: WallTime(milliseconds: milliseconds)))
  }

  private func answer(_ request: VenueRequest) -> VenueOutcome {
    switch request {
    case .place: .refused(word: "insufficientAvailableFunds")
    case .cancel, .amend: .refused(word: "orderForEditNotFound")
    case .instruments: .answer(.instruments(Self.listed))
    case .account:
      .answer(
        .account(
          AccountSnapshot(
            equity: Money(micros: 100_000_000_000), availableMargin: Money(micros: 100_000_000_000),
            time: now.wall)))
    case .openOrders: .answer(.openOrders([]))
    case .openPositions: .answer(.openPositions([]))
    case .fills, .olderFills: .answer(.fills([]))
    case .orderStatus: .answer(.orderStatus([]))
    case .orderHistory: .answer(.orderHistory([]))
    case .marginModes: .answer(.marginModes(MarginModes(isolated: [:])))
    case .tickers, .candles, .spotCandles: .refused(word: "not here")
    }
  }

  private static let listed: [Instrument] = (0..<instruments).compactMap { number in
    guard let id = InstrumentID("PF_X\(number)USD"), let tick = ExactDecimal("0.1"),
      let lot = ExactDecimal("0.0001"), let margin = ExactDecimal("0.02")
    else { return nil }
    return Instrument(
      id: id, tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
      initialMargin: margin, makerProtectionMilliseconds: 20, tradeable: true)
  }
}
