import Domain
import Glibc
import Wire

/// Decisions a second of the gate's machine on one core; a thing to look at, no test.
///
/// 300 instruments, four open positions, every control judged; three signals in four pass and are
/// denied by the router afterwards, so that their places are free again, one is denied here.
@main
enum GateBench {
  private static let wall: Int64 = 1_800_000_000_000
  private static let instruments = 300

  static func main() {
    let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 400_000
    let before = resident()
    let signals = (0..<count).map(signal)
    let own = resident()
    var machine = ready()
    // The rate by the processor's time of this thread, so that other work on the host takes
    // nothing from it; one decision by the clock, as whoever waits for it sees it.
    let began = now(CLOCK_THREAD_CPUTIME_ID)
    let forwarded = run(&machine, signals) { _ in }
    let seconds = Double(now(CLOCK_THREAD_CPUTIME_ID) - began) / 1e9
    print(
      "gate: \(Int(Double(count) / seconds)) decisions/s of one core (goal 200000), "
        + "\(forwarded) of \(count) forwarded, \(Control.all.count) controls each")
    var times: [Int64] = []
    times.reserveCapacity(count)
    var second = ready()
    _ = run(&second, signals) { times.append($0) }
    times.sort()
    print(
      "gate: one decision p50 \(micros(times[count / 2])) µs, "
        + "p99 \(micros(times[count * 99 / 100])) µs (goal 50), max \(micros(times[count - 1])) µs")
    let denials = machine.denials.sorted { $0.value > $1.value }.prefix(3)
      .map { "\($0.key.rawValue) \($0.value)" }
    print("gate: \(denials.joined(separator: ", "))")
    print(
      "gate: resident \((resident() - before) / 1024) MB, of which \((own - before) / 1024) MB "
        + "the signals of the bench")
  }

  private static func run(
    _ machine: inout GateMachine, _ signals: [Signal], _ took: (Int64) -> Void
  ) -> Int {
    var forwarded = 0
    for (index, signal) in signals.enumerated() {
      let milliseconds = Int64(index / 200)
      let moment = time(milliseconds)
      let start = now(CLOCK_MONOTONIC)
      let effects = machine.step(.offer(UInt64(index), signal), now: moment)
      for case .forward(let intent) in effects {
        forwarded += 1
        _ = machine.step(.verdict(intent.signal.id, no), now: moment)
      }
      took(now(CLOCK_MONOTONIC) - start)
      // Prices go on being read.
      if index % 200_000 == 0 { refresh(&machine, milliseconds) }
    }
    return forwarded
  }

  private static let no = Verdict.denied([Denial(.symbolLocked)])

  private static func ready() -> GateMachine {
    var limits = GateLimits()
    limits[.distortion] = 100 * RiskLimit.whole
    limits[.maximumPositions] = 10
    limits[.entriesPerTenSeconds] = 1000
    limits[.entriesPerMinute] = 1000
    limits[.maximumNotional] = 20_000_000_000
    limits[.edge] = 0
    limits.blocklist = ["USDT", "USDC", "EUR"]
    limits.strategies = [StrategyID(unchecked: "bench")]
    var machine = GateMachine(limits: limits)
    _ = machine.step(
      .marketSnapshot(
        StreamReply(
          epoch: 1, sequence: 1, instruments: (0..<instruments).map(instrument),
          tickers: (0..<instruments).map { reading($0, 0) })), now: time(0))
    var events: [LedgerEvent] = [event(1, account(0))]
    for (figure, number) in [(RiskFigure.dayStartEquity, Int64(2)), (.peakEquity, 3)] {
      events.append(
        event(number, .risk(.figure(figure, 100_000_000_000, at: WallTime(milliseconds: wall)))))
    }
    for index in 0..<4 {
      events.append(
        event(Int64(4 + index), .position(Position(instrument: id(index), signedLots: 1000))))
    }
    _ = machine.step(
      .replay(StreamReply(epoch: 1, sequence: 1, newestEvent: 7, events: events)), now: time(0))
    return machine
  }

  private static func refresh(_ machine: inout GateMachine, _ milliseconds: Int64) {
    for index in 0..<instruments {
      let reading = reading(index, milliseconds)
      _ = machine.step(
        .market(.ticker(reading.ticker, readAt: reading.readAt)), now: time(milliseconds))
    }
  }

  private static func event(_ number: Int64, _ body: LedgerEvent.Body) -> LedgerEvent {
    LedgerEvent(number: number, time: WallTime(milliseconds: wall), body: body)
  }

  private static func account(_ milliseconds: Int64) -> LedgerEvent.Body {
    let money = Money(micros: 100_000_000_000)
    return .account(
      AccountSnapshot(
        equity: money, availableMargin: money, time: WallTime(milliseconds: wall + milliseconds)))
  }

  private static func signal(_ index: Int) -> Signal {
    Signal(
      id: SignalID(unchecked: "bench/\(index)"), strategy: StrategyID(unchecked: "bench"),
      instrument: id(4 + index % (instruments - 4)), direction: index % 2 == 0 ? .long : .short,
      setup: SetupID(unchecked: "level-\(index)"),
      // One in four is outside the collar.
      worstPrice: Price(ticks: index % 4 == 3 ? 203_000 : 200_000),
      stop: Price(ticks: index % 2 == 0 ? 198_000 : 205_000), takeProfits: [],
      decidedAt: MarketTime(milliseconds: 60_000),
      validUntil: WallTime(milliseconds: wall + 3_600_000))
  }

  private static func id(_ index: Int) -> InstrumentID {
    guard let id = InstrumentID("PF_A\(index)USD") else { fatalError("a symbol") }
    return id
  }

  private static func decimal(_ text: String) -> ExactDecimal {
    guard let decimal = ExactDecimal(text) else { fatalError("\(text) is a number") }
    return decimal
  }

  private static func instrument(_ index: Int) -> Instrument {
    let rows = [("0", "0.02", "0.01"), ("500000", "0.04", "0.02"), ("2000000", "0.1", "0.05")]
    let tiers = rows.compactMap {
      MarginTier(
        threshold: decimal($0.0), initialMargin: decimal($0.1), maintenanceMargin: decimal($0.2))
    }
    guard
      let instrument = Instrument(
        id: id(index), tickSize: decimal("0.5"), lotSize: decimal("0.0001"),
        maxPosition: Quantity(lots: 10_000_000), initialMargin: decimal("0.02"),
        marginTiers: tiers, makerProtectionMilliseconds: 0, tradeable: true)
    else { fatalError("an instrument") }
    return instrument
  }

  private static func reading(_ index: Int, _ milliseconds: Int64) -> TickerReading {
    let price = Price(ticks: 200_000)
    let depth = Quantity(lots: 1_000_000)
    return TickerReading(
      ticker: Ticker(
        instrument: id(index), time: MarketTime(milliseconds: 60_000), bid: price, ask: price,
        last: price, mark: price,
        figures: TickerFigures(index: price, bidQuantity: depth, askQuantity: depth)),
      readAt: WallTime(milliseconds: wall + milliseconds))
  }

  private static func time(_ milliseconds: Int64) -> GateTime {
    GateTime(
      machine: MachineTime(nanoseconds: milliseconds * 1_000_000),
      wall: WallTime(milliseconds: wall + milliseconds))
  }

  private static func now(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func micros(_ nanoseconds: Int64) -> String {
    let tenths = (nanoseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// Kilobytes of this process in memory.
  private static func resident() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 256)
    guard fgets(&buffer, 256, file) != nil else { return 0 }
    let text = String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (Int(text.split(separator: " ").dropFirst().first ?? "0") ?? 0) * 4
  }
}
