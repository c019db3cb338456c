import Domain
import Foundation
import GRDB
import Testing

@testable import Ledger

@Suite("the audit")
struct AuditTests {
  let place = TemporaryLedger()

  private func play() throws { try place.open().play(Trade.several) }

  private func checkpoint() throws -> AuditCheckpoint {
    let ledger = try place.open()
    return try ledger.queue.read { db in try AuditCheckpoint.read(db) }
  }

  private func laws(full: Bool = true) throws -> Set<String> {
    Set(try place.open().audit(full: full).map(\.law))
  }

  @Test func `a ledger that only the router wrote breaks no law`() throws {
    let ledger = try place.open()
    for step in Trade.several {
      try ledger.commit(step, now: Sample.now)
      #expect(try ledger.audit(full: true) == [])
      #expect(try ledger.audit(full: false) == [])
    }
  }

  /// One way to break each law of the tables.
  private static let breaches: [(law: String, sql: String)] = [
    (
      "one_live_entry_per_instrument",
      "DROP INDEX one_live_entry; DROP TRIGGER an_order_ends_once; "
        + "UPDATE orders SET status = 'working' WHERE role = 'entry'"
    ),
    (
      "lock_belongs_to_a_live_entry",
      "UPDATE symbol_locks SET intent = (SELECT hash FROM intents WHERE setup = 'b')"
    ),
    ("live_entry_holds_the_lock", "DELETE FROM symbol_locks"),
    ("intent_follows_its_entry", "UPDATE intents SET state = 'cancelled' WHERE setup = 'e'"),
    (
      "denied_intent_sent_nothing",
      "UPDATE intents SET state = 'denied', denial = 'MALFORMED' WHERE setup = 'b'"
    ),
    ("closed_intent_is_over", "UPDATE intents SET closed_ms = 1 WHERE setup = 'd'"),
    ("closed_intent_owns_no_position", "UPDATE intents SET closed_ms = 1 WHERE setup = 'e'"),
    ("order_fits_its_intent", "UPDATE orders SET side = 'sell' WHERE role = 'entry'"),
    (
      "filled_is_sum_of_fills",
      "UPDATE orders SET filled_lots = filled_lots - 1 WHERE filled_lots > 0"
    ),
    ("fill_fits_its_order", "UPDATE fills SET side = 'sell' WHERE rowid = 1"),
    (
      "refused_order_has_no_fill", "UPDATE orders SET filled_lots = 1 WHERE status = 'rejected'"
    ),
    (
      "position_is_sum_of_fills",
      "UPDATE positions SET signed_lots = signed_lots + 1 WHERE signed_lots > 0"
    ),
    ("position_fits_its_intent", "UPDATE positions SET signed_lots = -signed_lots"),
    (
      "entries_out_within_intents_in",
      "UPDATE orders SET quantity_lots = quantity_lots + 1 WHERE role = 'entry'"
    ),
    (
      "closed_trade_fits_its_intent",
      "INSERT INTO closed_trades SELECT 1, hash, signal, strategy, setup, instrument, 'short', 1, "
        + "NULL, NULL, 0, 0, NULL, 0, 'stop', NULL FROM intents WHERE setup = 'b'"
    ),
    ("flat_position_is_settled", "UPDATE positions SET cash = NULL WHERE signed_lots = 0"),
    ("generation_follows_the_one_before", "UPDATE intents SET generation = 5 WHERE setup = 'd'"),
    (
      "pruned_generation_is_gone",
      "INSERT INTO retired_setups SELECT account, instrument, strategy, direction, setup, 1, 0 "
        + "FROM intents WHERE setup = 'b'"
    ),
    (
      "hash_is_that_of_the_decision", "UPDATE intents SET strategy = 'other' WHERE setup = 'b'"
    ),
    (
      "events_are_chained",
      "DROP TRIGGER events_are_never_changed; UPDATE events SET wall_ms = 1 WHERE number = 5"
    ),
    ("table_says_what_was_told", "UPDATE orders SET status = 'held' WHERE status = 'unknown'"),
    ("event_has_its_row", "DELETE FROM fills WHERE rowid = 1"),
  ]

  @Test(arguments: AuditTests.breaches.map(\.law))
  func `a breach of each law is found and named`(law: String) throws {
    try play()
    let sql = try #require(Self.breaches.first { $0.law == law }?.sql)
    try place.shell(sql)
    #expect(try laws().contains(law))
  }

  @Test func `there is a breach for each law of the tables`() {
    let known = Set(Self.breaches.map(\.law))
    for law in IntentLaws.all { #expect(known.contains(law.name), "\(law.name)") }
    #expect(Set(IntentLaws.all.map(\.name)).count == IntentLaws.all.count)
  }

  // MARK: - Events that follow in the chain and still lie

  private func forge(_ type: String, _ text: String) throws {
    try DatabaseQueue(path: place.path).write { db in
      let journal = try EventJournal(db)
      let link = ChainLink(number: journal.number + 1, milliseconds: 1, type: type, text: text)
      try db.execute(
        sql: "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          link.number, 1, type, text, Data(journal.hash), Data(link.hash(after: journal.hash)),
        ])
    }
  }

  private func forge(_ body: LedgerEvent.Body) throws {
    let (type, text) = EventText.encode(body)
    try forge(type, text)
  }

  private func report(
    of trade: Trade, _ status: OrderStatus, lots: Int64 = 0
  ) -> LedgerEvent.Body {
    let order = Sample.order(of: trade.intent)
    return .execution(
      ExecutionReport(
        intent: trade.intent.hash, signal: trade.signal.id,
        clientOrderID: order.id, role: .entry, instrument: order.placement.instrument,
        status: status, cumulativeQuantity: Quantity(lots: lots), text: ""))
  }

  @Test(arguments: [true, false])
  func `a terminal order that is told to be alive again is found`(full: Bool) throws {
    try {
      try play()
      #expect(try laws(full: false) == [])
    }()
    try forge(report(of: Trade("b", on: "PF_ETHUSD"), .working))
    #expect(try laws(full: full).contains("terminal_never_reverts"))
  }

  @Test func `an order that was never sent is found`() throws {
    try play()
    try forge(report(of: Trade("never"), .filled, lots: 10))
    try forge(report(of: Trade("neither"), .working))
    #expect(try laws().contains("terminal_never_reverts"))
  }

  @Test(arguments: [true, false])
  func `a filled quantity that falls is found`(full: Bool) throws {
    try {
      try play()
      #expect(try laws(full: false) == [])
    }()
    let trade = Trade("d", on: "PF_ETHUSD")
    try forge(report(of: trade, .working, lots: 5))
    try forge(report(of: trade, .working, lots: 3))
    #expect(
      try laws(full: full).isSuperset(of: ["filled_never_falls", "table_says_what_was_told"]))
  }

  @Test func `an event we do not know is found`() throws {
    try play()
    try forge("EXECUTION", "{}")
    #expect(try laws() == ["event_can_be_read"])
  }

  @Test func `an acceptance without a row, and one told twice, are found`() throws {
    try play()
    let stranger = Trade("stranger").intent
    try forge(.intentAccepted(stranger.hash, try #require(stranger.entry)))
    #expect(try laws() == ["event_has_its_row"])
    let known = Trade("b", on: "PF_ETHUSD").intent
    try forge(.intentAccepted(known.hash, try #require(known.entry)))
    #expect(try laws().contains("row_has_its_event"))
  }

  // MARK: - Checkpoints

  @Test func `a checkpoint moves to the newest event and is chained to the one before`() throws {
    let ledger = try place.open()
    try ledger.play(Trade("b", on: "PF_ETHUSD").refused)
    #expect(try ledger.audit(full: false) == [])
    let first = try ledger.queue.read { try AuditCheckpoint.read($0) }
    #expect(first.number == ledger.newestEvent && first.count == 1 && first.live.isEmpty)
    try ledger.play(Trade("d", on: "PF_ETHUSD").doubtful)
    #expect(try ledger.audit(full: false) == [])
    let second = try ledger.queue.read { try AuditCheckpoint.read($0) }
    #expect(second.number == ledger.newestEvent && second.count == 2 && second.live.count == 1)
    #expect(second.chain != first.chain)
    #expect(try ledger.audit(full: false) == [])
    #expect(try ledger.queue.read { try AuditCheckpoint.read($0) } == second)
  }

  @Test func `events exchanged behind a checkpoint are found by the next small audit`() throws {
    try play()
    #expect(try laws(full: false) == [])
    // The last event goes and another one takes its place, rightly chained.
    try place.shell(
      """
      DROP TRIGGER events_are_never_deleted;
      DELETE FROM events WHERE number = (SELECT max(number) FROM events);
      """)
    try forge(.state("nothing happened"))
    #expect(try laws(full: false).contains("events_are_chained"))
  }

  @Test func `a breach found by the small audit does not move the checkpoint`() throws {
    try play()
    #expect(try laws(full: false) == [])
    let before = try checkpoint()
    try forge(report(of: Trade("b", on: "PF_ETHUSD"), .working))
    #expect(try !laws(full: false).isEmpty)
    #expect(try checkpoint() == before)
  }

  @Test func `at idle old damage is found piece by piece`() throws {
    try play()
    #expect(try laws(full: false) == [])
    try place.shell(
      """
      UPDATE intents SET strategy = 'other' WHERE setup = 'b';
      DROP TRIGGER events_are_never_changed;
      UPDATE events SET wall_ms = 1 WHERE number = 3;
      """)
    let ledger = try place.open()
    var found: Set<String> = []
    for _ in 0..<100 {
      guard let work = try ledger.idle(now: Sample.now) else { break }
      if case .violated(let violations) = work { found.formUnion(violations.map(\.law)) }
    }
    #expect(found == ["hash_is_that_of_the_decision", "events_are_chained"])
  }
}
