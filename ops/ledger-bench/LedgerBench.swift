import Domain
import GRDB
import Glibc
import Ledger

/// What the ledger costs, on this disk and beside a bare SQLite commit in the same run.
///
///     ledger-bench FOLDER commits [COUNT]     one intent a commit, a bare commit after each
///     ledger-bench FOLDER group [INTENTS]     intents decided and durable a second, by batch size
///     ledger-bench FOLDER intake [INTENTS]    the same through the router's machine, verdicts included
///     ledger-bench FOLDER fill TRADES [NAME]  a ledger with so many ended intents, of account and
///                                             profile NAME
///     ledger-bench FOLDER open                how long it takes to open it, and what it holds
enum LedgerBench {
  static func main(_ arguments: [String]) -> Int32 {
    guard arguments.count >= 2 else { return usage() }
    let count = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 0
    do {
      switch arguments[1] {
      case "commits": try CommitBench(folder: arguments[0]).run(count > 0 ? count : 2000)
      case "group": try GroupBench(folder: arguments[0]).run(count > 0 ? count : 20_000)
      case "intake": try IntakeBench(folder: arguments[0]).run(count > 0 ? count : 20_000)
      case "fill" where count > 0:
        try OpeningBench(folder: arguments[0], name: arguments.count > 3 ? arguments[3] : "bench")
          .fill(count)
      case "open": try OpeningBench(folder: arguments[0]).open()
      default: return usage()
      }
      return 0
    } catch {
      print("ledger-bench: fatal: \(error)")
      return 70
    }
  }

  private static func usage() -> Int32 {
    print("ledger-bench: FOLDER commits|group|intake|fill|open [COUNT [NAME]]")
    return 64
  }

  static func now() -> Int64 { read(CLOCK_MONOTONIC) }

  /// Processor time of this process: what stays of a figure on a machine that others use too.
  static func processor() -> Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// `p50 / p99` of some durations in nanoseconds, in µs.
  static func quantiles(_ durations: [Int64]) -> (p50: Double, p99: Double) {
    let sorted = durations.sorted()
    func at(_ share: Double) -> Double {
      Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1000
    }
    return (at(0.5), at(0.99))
  }

  static func rounded(_ value: Double, _ digits: Int = 1) -> String {
    let factor = [1.0, 10, 100][digits]
    return "\((value * factor).rounded() / factor)"
  }

  static func open(_ path: String, name: String = "bench") throws -> Ledger {
    try Ledger(
      path: path, account: AccountID(unchecked: name), profile: name,
      now: WallTime(milliseconds: 1_764_000_000_000))
  }
}

/// A decision of the bench, and its records.
struct BenchTrade {
  static let now = WallTime(milliseconds: 1_764_000_000_000)

  let signal: Signal
  let row: IntentRow
  let entry: OrderRow

  /// The `number`-th decision, over ten thousand instruments.
  init(_ number: Int, instruments: Int = 10_000) {
    guard let instrument = InstrumentID("PF_X\(number % instruments)USD") else {
      fatalError("a bench symbol is a symbol")
    }
    let signal = Signal(
      id: SignalID(unchecked: "breakout/\(instrument)/\(number)"),
      strategy: StrategyID(unchecked: "breakout"), instrument: instrument, direction: .long,
      setup: SetupID(unchecked: "60000-\(number)"), worstPrice: Price(ticks: 650_000),
      stop: Price(ticks: 640_000), takeProfits: [Price(ticks: 670_000)],
      decidedAt: MarketTime(milliseconds: 1_764_000_000_000),
      validUntil: Self.now.advanced(byMilliseconds: 10_000))
    self.signal = signal
    let key = IntentKey(
      account: AccountID(unchecked: "bench"), signal: signal, rearmGeneration: 0)
    let digest = Digest.sha256(key.canonicalBytes)
    guard let hash = IntentHash(bytes: digest) else { fatalError("a digest has 32 bytes") }
    row = IntentRow(
      hash: hash,
      intent: .entry(
        OrderIntent(
          signal: signal, quantity: Quantity(lots: 10), equity: Money(micros: 100_000_000_000))),
      rearmGeneration: 0, acceptedAt: Self.now)
    entry = OrderRow(
      intent: hash, role: .entry, attempt: 1,
      placement: OrderPlacement(
        clientOrderID: ClientOrderID(unchecked: "\(hash)".prefix(36).description),
        instrument: instrument, side: .buy, quantity: Quantity(lots: 10),
        type: .immediateOrCancel(limit: signal.worstPrice), reduceOnly: false,
        processBefore: Self.now.advanced(byMilliseconds: 5000)), sentAt: Self.now)
  }

  var accepted: [LedgerRecord] { [.intentAccepted(row), .orderSending(entry)] }

  var ended: [LedgerRecord] {
    [.orderStatus(entry.id, .rejected, nil, text: "insufficientFunds"), .intentClosed(row.hash)]
  }
}
