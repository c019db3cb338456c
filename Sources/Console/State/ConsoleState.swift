import Daemon
import Domain
import Wire

/// Everything this process knows of the pipeline; all of it bounded, none of it kept on disk.
///
/// It is fed by the main loop, and read by whoever answers a browser. Times are wall milliseconds.
struct ConsoleState: Sendable {
  /// A ledger longer than this is read from so far before its end.
  private static let historyEvents: Int64 = 20_000

  let settings: ConsoleSettings
  let risk: RiskGateSettings
  let staleAfter: Int64
  let startedAt: Int64

  var market = MarketBoard()
  var decisions = DecisionBook()
  var ledger = LedgerBook()
  var profit = ProfitBook()
  var streams = StreamBoard()
  var hops: [Hop: Histogram] = [:]
  /// Round trips that ended while this process listened, and the router's estimate of their fees.
  private(set) var trades: (count: [ClosedTrade.End: UInt64], fees: Double) = ([:], 0)
  var pipeline = PipelineView()
  /// What flows, as lines for the page of streams.
  var tap = TapLines()
  /// Events up to here are history, which was not timed; nil while it is being read.
  private var historyEnd: Int64?
  /// Events that were told before what they follow.
  private(set) var isBehind = true
  /// The newest event there is, as the router says.
  private(set) var newestEvent: Int64 = 0
  private var hasBegun = false
  /// Where trades of ours stand on the charts, in market time.
  private(set) var marks = Ring<ChartMark>(capacity: 2000)
  /// Fills that opened or grew a position and whose stop has not been seen to rest.
  private var unstopped: [InstrumentID: Int64] = [:]

  init(configuration: Configuration, now: Int64) {
    settings = configuration.console
    risk = configuration.riskGate
    staleAfter = configuration.riskGate.staleAfterMilliseconds
    startedAt = now
  }

  // MARK: - Streams

  mutating func hear(_ reception: Subscriber.Reception, now: Int64) {
    streams.hear(reception, now: now)
    tap.hear(reception, market, now: now)
    switch reception {
    case .gap(let source, _) where source == "tap-relay": isBehind = true
    case .message(let message):
      if case .relayed(let inner) = message.body { hear(inner.body, now) }
      if case .control(let note) = message.body, note.state == "gap" { isBehind = true }
    case .gap, .restarted, .malformed: break
    }
  }

  private mutating func hear(_ body: StreamBody, _ now: Int64) {
    switch body {
    case .instrument(let instrument): market.learn(instrument)
    case .ticker(let ticker, let readAt): market.hear(ticker, readAt: readAt)
    case .candle(let candle): market.hear(candle, heardAt: now)
    case .trade(let trade): market.hearTrade(trade)
    case .signal(let signal):
      if decisions.propose(signal, heardAt: now) { timeSignal(signal, now) }
    case .decision(let decision):
      if let heard = decisions.row(decision.signal.id)?.heardAt, heard > 0 {
        time(.signalToDecision, decision.time.milliseconds - heard)
      }
      decisions.decide(decision, heardAt: now)
    case .explanation(let explanation):
      market.hear(explanation)
      decisions.explain(explanation)
    case .event(let event): hear(event)
    case .exitDecision, .control, .relayed: break
    }
  }

  private mutating func timeSignal(_ signal: Signal, _ now: Int64) {
    guard let row = market.rows[signal.instrument], row.candleHeardAt > 0,
      let candle = row.candles.last, candle.closeTime == signal.decidedAt
    else { return }
    time(.candleToSignal, now - row.candleHeardAt)
  }

  private mutating func time(_ hop: Hop, _ milliseconds: Int64) {
    hops[hop, default: Histogram()].add(milliseconds: milliseconds)
  }

  // MARK: - The ledger

  /// An event of the stream; one that does not follow the last makes a replay necessary.
  private mutating func hear(_ event: LedgerEvent) {
    newestEvent = max(newestEvent, event.number)
    guard !isBehind else { return }
    if event.number > ledger.last + 1 { isBehind = true } else { apply(event) }
  }

  /// A part of the ledger, asked for.
  mutating func hear(replay reply: StreamReply) {
    newestEvent = max(newestEvent, reply.newestEvent)
    if !hasBegun {
      hasBegun = true
      if reply.newestEvent > Self.historyEvents {
        return ledger.begin(after: reply.newestEvent - Self.historyEvents)
      }
    }
    for event in reply.events { apply(event) }
    if ledger.last >= reply.newestEvent {
      isBehind = false
      historyEnd = historyEnd ?? reply.newestEvent
    }
  }

  /// The first event that is wanted; asked once, without an event, when nothing is known.
  var wantedEvent: Int64 { ledger.last + 1 }

  private mutating func apply(_ event: LedgerEvent) {
    let before = ledgerTimes(event)
    guard ledger.apply(event) else { return }
    let isLive = historyEnd.map { event.number > $0 } ?? false
    decisions.isCounting = isLive
    defer { decisions.isCounting = true }
    switch event.body {
    case .intentAccepted(let hash, let intent):
      let heardAt = decisions.row(intent.signal.id)?.heardAt ?? 0
      decisions.accept(hash, intent)
      if isLive, heardAt > 0 { time(.signalToIntent, event.time.milliseconds - heardAt) }
    case .intentDenied(_, let signal, let denial): decisions.deny(signal, denial)
    case .execution(let report):
      if report.role == .entry { decisions.progress(report.signal, report.status) }
      if isLive { timeReport(report, event.time.milliseconds, before) }
    case .fill(let fill):
      profit.add(fill)
      mark(fill)
      if ledger.fillGrows(fill) { unstopped[fill.instrument] = event.time.milliseconds }
    case .position(let position):
      profit.check(position)
      if position.isFlat { unstopped.removeValue(forKey: position.instrument) }
    case .account(let account): profit.add(account)
    case .tradeClosed(let trade):
      guard isLive else { return }
      trades.count[trade.end, default: 0] += 1
      trades.fees += trade.fees.decimal.double
    case .exitAccepted, .adopted, .risk, .state: break
    }
  }

  /// An entry stands at the candle it was decided on; what came while this process listened, at the
  /// market's time then.
  private mutating func mark(_ fill: Fill) {
    guard let price = fill.price else { return }
    let order = fill.clientOrderID.flatMap { ledger.orders[$0] }
    let signal = ledger.intent(of: fill.clientOrderID)?.signal.flatMap { decisions.row($0)?.signal }
    let role = order?.role ?? .exit
    let isLive = historyEnd.map { ledger.last > $0 } ?? false
    let now = isLive ? market.rows[fill.instrument]?.ticker?.time : nil
    guard let time = now ?? (role == .entry ? signal?.decidedAt : nil) else { return }
    marks.append(
      ChartMark(
        instrument: fill.instrument, role: role, side: fill.side, price: price,
        time: time.milliseconds))
  }

  /// The router has more than was heard: the missing part is asked for.
  mutating func notice(newestEvent number: Int64) {
    newestEvent = max(newestEvent, number)
    if number > ledger.last { isBehind = true }
  }

  /// When the order of a report was first and last heard of before it.
  private func ledgerTimes(_ event: LedgerEvent) -> LedgerBook.OrderRecord? {
    guard case .execution(let report) = event.body else { return nil }
    return ledger.orders[report.clientOrderID]
  }

  private mutating func timeReport(
    _ report: ExecutionReport, _ at: Int64, _ before: LedgerBook.OrderRecord?
  ) {
    if report.status == .sending, before == nil, report.role == .entry,
      let accepted = ledger.intents[report.intent]?.acceptedAt
    {
      time(.intentToSending, at - accepted)
    }
    if let before, before.status == .sending, report.status != .sending {
      time(.sendingToAnswer, at - before.changedAt)
    }
    if report.role == .stop, report.status == .working,
      let filled = unstopped.removeValue(forKey: report.instrument)
    {
      time(.fillToStop, at - filled)
    }
  }
}

extension LedgerBook {
  /// Whether the fill is one of an entry.
  func fillGrows(_ fill: Fill) -> Bool {
    fill.clientOrderID.flatMap { orders[$0] }?.role == .entry
  }
}

/// A fill of ours on a chart.
struct ChartMark {
  let instrument: InstrumentID
  let role: OrderRole
  let side: Side
  let price: Price
  /// Market milliseconds.
  let time: Int64
}
