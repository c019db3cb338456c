import Domain
import Foundation
import GRDB
import Testing

@testable import Ledger

@Suite("the risk state in the ledger")
struct RiskStateTests {
  let place = TemporaryLedger()

  private static let strategy = StrategyID(unchecked: "breakout")

  private func time(_ milliseconds: Int64) -> WallTime {
    Sample.now.advanced(byMilliseconds: milliseconds)
  }

  private func lock(
    _ kind: RiskLock.Kind, _ scope: RiskLock.Scope, since: Int64, until: Int64?
  ) -> RiskLock {
    RiskLock(
      kind: kind, scope: scope, since: time(since), until: until.map(time), why: "losses=3",
      by: "order-router")
  }

  private func limit(_ to: Int64, _ state: LimitChange.State) -> LimitChange {
    LimitChange(
      key: "risk_gate.max_positions", from: 4, to: to, configured: 4, state: state, at: time(5),
      by: "ann (uid 0, pid 7) as ann", why: "thin market")
  }

  private func trade(_ profit: Int64?, of trade: Trade) -> ClosedTrade {
    ClosedTrade(
      intent: trade.intent.hash, signal: trade.signal.id, strategy: trade.signal.strategy,
      setup: trade.signal.setup, instrument: trade.signal.instrument,
      direction: trade.signal.direction, quantity: Quantity(lots: 10),
      entryPrice: Price(ticks: 1000), exitPrice: profit.map { _ in Price(ticks: 900) },
      openedAt: time(0), closedAt: time(9), profit: profit.map(Money.init(micros:)),
      fees: Money(micros: 3), end: .stop, equity: profit.map { _ in Money(micros: 1_000_000) })
  }

  /// One commit of every kind of change.
  private var changes: [RiskChange] {
    [
      .figure(.dayStartEquity, 1_000_000, at: time(0)), .figure(.peakEquity, -5, at: time(1)),
      .figure(.streakTight, 2, at: time(1)),
      .locked(lock(.lossStreak, .setups(.tight), since: 2, until: 100)),
      .locked(lock(.postClose, .pair(Sample.instrument, Self.strategy), since: 3, until: 4)),
      .locked(lock(.throttle, .strategy(Self.strategy), since: 50, until: nil)),
      .locked(lock(.shock, .everything, since: 50, until: 51)),
      .unlocked(
        RiskLock.Key(.shock, .everything), at: time(50), by: "ann", why: "looked at it"),
      .unlocked(
        RiskLock.Key(.throttle, .strategy(Self.strategy)), at: time(60), by: "ann", why: "ok"),
      .limit(limit(2, .set)), .limit(limit(9, .asked)),
      .tradingState(
        RiskTradingState(word: "reducing", why: "drawdown 11 %", by: "risk-gate", at: time(70))),
    ]
  }

  @Test func `what was committed is what a new life reads, and what a listener folds`() throws {
    let closing = Trade("a")
    var expected = RiskBook()
    var events: [LedgerEvent] = []
    try {
      let ledger = try place.open()
      let records =
        closing.opening.flatMap { $0 } + closing.closing.flatMap { $0 }
        + [.tradeClosed(trade(-10, of: closing)), .tradeClosed(trade(nil, of: closing))]
        + changes.map { .risk($0) }
      events = try ledger.commit(records, now: Sample.now)
      for event in events { expected.apply(event) }
      #expect(try ledger.audit(full: true) == [])
      #expect(try ledger.audit(full: false) == [])
      #expect(try ledger.events(from: 1, count: 1000) == events, "each is read as it was told")
    }()
    let book = try place.open().beginEpoch().risk
    #expect(book == expected)
    #expect(book.trades.map(\.profit) == [Money(micros: -10), nil])
    #expect(book.locks.keys.map(\.kind) == [.lossStreak], "what was over went with the next lock")
    #expect(book.enabledAt == [Self.strategy: time(60)])
    #expect(book.limits["risk_gate.max_positions"]?.to == 2)
    #expect(book.asked["risk_gate.max_positions"]?.to == 9)
    #expect(book.executions.map(\.strategy) == [Self.strategy])
  }

  @Test(arguments: RiskLock.Kind.allCases)
  func `every kind and scope of a lock survives`(kind: RiskLock.Kind) throws {
    let scopes: [RiskLock.Scope] = [
      .everything, .strategy(StrategyID(unchecked: "a:b:c")), .instrument(Sample.instrument),
      .pair(Sample.instrument, StrategyID(unchecked: "x:y")), .setups(.tight), .setups(.wide),
    ]
    let locks = scopes.map { lock(kind, $0, since: 1, until: kind == .throttle ? nil : 1000) }
    try { _ = try place.open().commit(locks.map { .risk(.locked($0)) }, now: Sample.now) }()
    let book = try place.open().beginEpoch().risk
    #expect(Set(book.locks.values) == Set(locks))
  }

  @Test(arguments: ["", "all:x", "strategy:", "pair:PF_XBTUSD", "setups:narrow", "instrument:é"])
  func `a text that is no scope is refused`(text: String) {
    #expect(RiskLock.Scope(text) == nil)
  }

  @Test(arguments: [
    "UPDATE risk_figures SET value = value + 1 WHERE name = 'day_start_equity'",
    "DELETE FROM risk_figures WHERE name = 'streak_tight'",
    "DELETE FROM risk_locks WHERE kind = 'loss_streak'",
    "UPDATE risk_locks SET until_ms = until_ms + 1 WHERE kind = 'loss_streak'",
    "UPDATE risk_locks SET released_ms = NULL WHERE kind = 'throttle'",
    "UPDATE risk_limits SET to_value = 99 WHERE state = 'set'",
    "UPDATE risk_trading_state SET word = 'active'",
    "UPDATE closed_trades SET profit_micros = 10",
  ])
  func `a table that says other than the events is found`(sql: String) throws {
    let closing = Trade("a")
    try {
      let records =
        closing.opening.flatMap { $0 } + closing.closing.flatMap { $0 }
        + [.tradeClosed(trade(-10, of: closing))] + changes.map { .risk($0) }
      _ = try place.open().commit(records, now: Sample.now)
    }()
    try place.shell(sql)
    let found = try place.open().audit(full: true)
    #expect(found.map(\.law) == ["table_says_what_was_told"], "\(found)")
  }

  @Test func `a round trip without its event, or an event without its row, is found`() throws {
    let closing = Trade("a")
    try {
      let records =
        closing.opening.flatMap { $0 } + closing.closing.flatMap { $0 }
        + [.tradeClosed(trade(-10, of: closing))]
      _ = try place.open().commit(records, now: Sample.now)
    }()
    try place.shell(
      "INSERT INTO closed_trades SELECT 2, intent, signal, strategy, setup, instrument, direction, "
        + "1, NULL, NULL, 0, 0, NULL, 0, 'stop', NULL FROM closed_trades")
    #expect(try place.open().audit(full: true).map(\.law) == ["row_has_its_event"])
    try place.shell("DELETE FROM closed_trades")
    #expect(try place.open().audit(full: true).map(\.law).contains("event_has_its_row"))
  }

  @Test func `a throttle with an end is refused by the table itself`() throws {
    let ledger = try place.open()
    let wrong = lock(.throttle, .strategy(Self.strategy), since: 1, until: 2)
    #expect(throws: LedgerError.self) {
      try ledger.commit([.risk(.locked(wrong))], now: Sample.now)
    }
  }
}
