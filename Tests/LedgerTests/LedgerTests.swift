import Domain
import Foundation
import GRDB
import Testing

@testable import Ledger

@Suite("the ledger")
struct LedgerTests {
  let place = TemporaryLedger()

  @Test func `a commit is there after the file is opened again, as it was written`() throws {
    let intent = Sample.intent("1")
    let order = Sample.order(of: intent)
    var first: Ledger? = try place.open()
    _ = try first?.beginEpoch()
    let events = try first?.commit(
      [.intentAccepted(intent), .orderSending(order)], now: Sample.now)
    #expect(events?.map(\.number) == [1, 2])
    first = nil

    let second = try place.open()
    let contents = try second.beginEpoch()
    #expect(contents.epoch == 2)
    var followed = intent
    followed.state = .sending
    #expect(contents.intents == [followed])
    #expect(contents.orders == [order])
    #expect(contents.locks == [Sample.instrument: intent.hash])
    #expect(try second.events(from: 1, count: 10) == events)
    #expect(second.newestEvent == 2)
  }

  @Test func `every kind of event reads back as it was told`() throws {
    let ledger = try place.open()
    let intent = Sample.intent("1")
    let order = Sample.order(of: intent)
    let told = try ledger.commit(
      [
        .intentAccepted(intent), .orderSending(order),
        .fill(Sample.fill(of: order, lots: 3), of: order.id),
        .orderStatus(order.id, .cancelled, VenueOrderID("v-1"), text: "partial"),
        .position(
          PositionRow(
            position: Position(instrument: Sample.instrument, signedLots: 3),
            intent: intent.hash, changedAt: Sample.now, stop: Price(ticks: 900))),
        .account(
          AccountSnapshot(
            equity: Money(micros: 5), availableMargin: Money(micros: -4), time: Sample.now)),
        .intentDenied(
          intent.hash, SignalID(unchecked: "s-2"), Denial(.symbolLocked, "owner=\"x\"")),
        .state("ready"),
      ], now: Sample.now)
    #expect(told.count == 8)
    #expect(try ledger.events(from: 1, count: 100) == told)
    #expect(try ledger.events(from: 4, count: 2).map(\.number) == [4, 5])
  }

  @Test func `operators read events by type and fills as they were written`() throws {
    let ledger = try place.open()
    let intent = Sample.intent("1")
    let order = Sample.order(of: intent)
    let fill = Sample.fill(of: order, lots: 3)
    try ledger.commit(
      [
        .state("ready"), .intentAccepted(intent), .orderSending(order), .fill(fill, of: order.id),
        .orderStatus(order.id, .filled, fill.venueOrderID, text: ""),
      ], now: Sample.now)
    let hashes = try ledger.eventRows(from: 1, count: 10, type: "ORDER_INTENT_HASH")
    #expect(hashes.map(\.number) == [2])
    #expect(hashes.first?.body.contains("\(intent.hash)") == true)
    #expect(try ledger.eventRows(from: 3, count: 2, type: nil).map(\.number) == [3, 4])
    #expect(try ledger.fills(count: 5) == [fill])
  }

  @Test func `a second opener is refused while the first lives`() throws {
    let first = try place.open()
    #expect(throws: LedgerError.owned(path: place.path)) { try place.open() }
    _ = try first.beginEpoch()
  }

  @Test func `another account or profile is refused by name`() throws {
    try { _ = try place.open() }()
    #expect(throws: LedgerError.self) { try place.open(account: "other") }
    #expect(throws: LedgerError.self) { try place.open(profile: "live") }
  }

  @Test func `a newer schema is refused`() throws {
    try { _ = try place.open() }()
    try place.shell("INSERT INTO schema_migrations VALUES (99, 0)")
    #expect(throws: LedgerError.newerSchema(found: 99, known: Schema.version)) { try place.open() }
  }

  @Test func `an altered event breaks the chain at its number`() throws {
    try {
      let ledger = try place.open()
      try ledger.commit([.state("a"), .state("b"), .state("c")], now: Sample.now)
      #expect(try ledger.firstBrokenLink() == nil)
    }()
    try place.shell("DROP TRIGGER events_are_never_changed")
    try place.shell("UPDATE events SET body = '{\"state\":\"x\"}' WHERE number = 2")
    #expect(try place.open().firstBrokenLink() == 2)
  }

  @Test func `events can be neither changed nor deleted`() throws {
    try { _ = try place.open().commit([.state("a")], now: Sample.now) }()
    #expect(throws: (any Error).self) { try place.shell("UPDATE events SET type = 'X'") }
    #expect(throws: (any Error).self) { try place.shell("DELETE FROM events") }
  }
}

@Suite("the laws of the schema")
struct SchemaLawTests {
  let place = TemporaryLedger()

  @Test func `the same intent hash twice is refused and nothing of that commit stays`() throws {
    let ledger = try place.open()
    let intent = Sample.intent("1")
    try ledger.commit([.intentAccepted(intent)], now: Sample.now)
    #expect(throws: LedgerError.self) {
      try ledger.commit([.state("lost"), .intentAccepted(intent)], now: Sample.now)
    }
  }

  @Test func `after a failed commit the ledger refuses every further one`() throws {
    let ledger = try place.open()
    let intent = Sample.intent("1")
    try ledger.commit([.intentAccepted(intent)], now: Sample.now)
    #expect(throws: LedgerError.self) {
      try ledger.commit([.intentAccepted(intent)], now: Sample.now)
    }
    #expect(throws: LedgerError.self) { try ledger.commit([.state("x")], now: Sample.now) }
    #expect(ledger.newestEvent == 1)
  }

  @Test func `a second live entry on an instrument is refused by the store itself`() throws {
    let ledger = try place.open()
    let first = Sample.intent("1")
    let order = Sample.order(of: first)
    try ledger.commit([.intentAccepted(first), .orderSending(order)], now: Sample.now)
    let second = Sample.order(of: first, attempt: 2)
    #expect(throws: LedgerError.self) {
      try ledger.commit([.orderSending(second)], now: Sample.now)
    }
  }

  @Test(arguments: OrderStatus.allCases.filter { $0 != .denied })
  func `a symbol lock is given back by a terminal entry and by nothing else`(
    status: OrderStatus
  ) throws {
    let ledger = try place.open()
    let intent = Sample.intent("1")
    let order = Sample.order(of: intent)
    try ledger.commit(
      [
        .intentAccepted(intent), .orderSending(order),
        .orderStatus(order.id, status, nil, text: ""),
      ], now: Sample.now)
    let contents = try ledger.beginEpoch()
    #expect(contents.locks.isEmpty == status.isTerminal)
    #expect(contents.intents.first?.state == IntentState(entry: status))
  }

  @Test func `an entry withdrawn before its first byte ends its intent and frees its lock`() throws
  {
    let ledger = try place.open()
    let intent = Sample.intent("1")
    let order = Sample.order(of: intent)
    try ledger.commit(
      [
        .intentAccepted(intent), .orderSending(order),
        .orderDenied(order.id, Denial(.venueDisagrees, "position=3 lots")),
      ], now: Sample.now)
    let row = try #require(try ledger.intents(count: 1).first)
    #expect(row.state == .denied)
    #expect(row.denial == Denial(.venueDisagrees, "position=3 lots"))
    #expect(row.closedAt == Sample.now)
    #expect(try ledger.beginEpoch().locks.isEmpty)
  }

  @Test func `an order that has ended stays as it ended`() throws {
    let ledger = try place.open()
    let intent = Sample.intent("1")
    let order = Sample.order(of: intent)
    try ledger.commit(
      [
        .intentAccepted(intent), .orderSending(order),
        .orderStatus(order.id, .rejected, nil, text: "invalidSize"),
      ], now: Sample.now)
    #expect(throws: LedgerError.self) {
      try ledger.commit([.orderStatus(order.id, .working, nil, text: "")], now: Sample.now)
    }
  }

  @Test func `a fill is counted once`() throws {
    let ledger = try place.open()
    let intent = Sample.intent("1")
    let order = Sample.order(of: intent)
    let fill = Sample.fill(of: order, lots: 2)
    try ledger.commit(
      [.intentAccepted(intent), .orderSending(order), .fill(fill, of: order.id)], now: Sample.now)
    #expect(throws: LedgerError.self) {
      try ledger.commit([.fill(fill, of: order.id)], now: Sample.now)
    }
  }
}
