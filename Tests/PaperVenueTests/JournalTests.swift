import Daemon
import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the journal on disk")
struct JournalTests {
  private let path = "/tmp/il-journal-\(UUID().uuidString.prefix(8)).jsonl"

  private static let wall = WallTime(milliseconds: 1_800_000_000_123)

  private static func order(_ number: Int64, _ kind: VenueOrderKind, bare: Bool) throws
    -> VenueOrder
  {
    VenueOrder(
      id: VenueOrderID(unchecked: "order-\(number)"), number: number,
      clientOrderID: bare ? nil : "a\"b\\c]{é",
      instrument: try #require(InstrumentID("PF_XBTUSD")), side: bare ? .sell : .buy, kind: kind,
      limit: bare ? nil : Price(ticks: 50_000), trigger: bare ? nil : Price(ticks: 49_000),
      signal: kind.isTrigger ? .index : .mark, trailing: bare ? nil : .millionths(-1000),
      limitOffset: bare ? nil : .ticks(7), quantity: Quantity(lots: 12),
      filled: Quantity(lots: bare ? 0 : 5), reduceOnly: bare, receivedAt: wall,
      updatedAt: wall.advanced(byMilliseconds: 5), status: bare ? .rejected : .open,
      isTriggered: !bare, word: "placed")
  }

  /// One change of each kind, with and without what may be missing.
  private static func changes() throws -> [BookChange] {
    let order = try order(1, .limit, bare: false)
    let fill = VenueFill(
      id: ExecutionID(unchecked: "fill"), order: order.id, clientOrderID: order.clientOrderID,
      instrument: order.instrument, side: order.side, quantity: Quantity(lots: 5),
      price: Price(ticks: 50_001), time: wall, marketTime: MarketTime(milliseconds: 77),
      type: .partialLiquidation, fee: Money(micros: -3), mark: Price(ticks: 50_002))
    let settlement = Settlement(
      lotsBefore: -1, lotsAfter: 4, realised: Money(micros: 5), balanceBefore: .zero,
      balanceAfter: Money(micros: 8), costBefore: Money(micros: 9), costAfter: Money(micros: 1))
    var policies = VenuePolicies()
    policies.clientOrderID = .open
    policies.holdMilliseconds = 20
    policies.triggerWhileFlat = false
    var preferences = AccountPreferences()
    preferences.maxLeverage[order.instrument] = 10_500
    preferences.pnlCurrency[order.instrument] = "EUR"
    var condition = MarketCondition()
    condition.dislocation = .belowLowerBound
    condition.isPostOnly = true
    let currency = try #require(CollateralCurrency.named("EUR"))
    var changes: [BookChange] = [
      .deposit(Money(micros: 100_000_000_000), balanceBefore: .zero),
      .fill(fill, settlement, order: order),
      .collateral(CollateralDeposit(currency: currency, quantity: 5, value: Money(micros: 6))),
      .cash(
        CashFlow(
          kind: .funding, instrument: order.instrument, amount: Money(micros: -7),
          balanceBefore: Money(micros: 1), rate: -12, mark: Price(ticks: 3))),
      .cash(CashFlow(kind: .writeOff, instrument: nil, amount: .zero, balanceBefore: .zero)),
      .trailed(order.id, trigger: Price(ticks: 4)), .repeated(client: "again"), .reopened,
      .deadMan(wall), .deadMan(nil), .policies(policies), .policies(VenuePolicies()),
      .preferences(preferences), .condition(order.instrument, condition),
    ]
    for (number, kind) in VenueOrderKind.allCases.enumerated() {
      let whole = try Self.order(Int64(number), kind, bare: false)
      let bare = try Self.order(Int64(number) + 100, kind, bare: true)
      changes.append(.order(whole, reason: .edited, old: bare))
      changes.append(.order(bare, reason: nil, old: nil))
    }
    return changes + OrderReason.allCases.map { .order(order, reason: $0, old: nil) }
  }

  private static func records(_ changes: [BookChange], after number: Int64 = 0) -> [BookRecord] {
    changes.enumerated().map { index, change in
      BookRecord(
        number: number + Int64(index) + 1, wall: wall, market: MarketTime(milliseconds: -5),
        change: change)
    }
  }

  private func write(_ text: String) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  private func open() throws -> (Journal, [BookRecord]) {
    var records: [BookRecord] = []
    let journal = try Journal(path) { records.append($0) }
    return (journal, records)
  }

  @Test func `every record comes back as it was, from the file and from its reader`() throws {
    defer { unlink(path) }
    let records = Self.records(try Self.changes())
    let (journal, none) = try open()
    #expect(none.isEmpty)
    try journal.append([.request("sendorder", "a=b", at: Self.wall)])
    for record in records { try journal.append([JournalEntry(record)]) }
    #expect(try open().1 == records)
    #expect(try journal.reader.entries(ofBlock: 0).compactMap(\.record) == records)
    #expect(try open().0.reader.entries(ofBlock: 0).compactMap(\.record) == records)
  }

  @Test func `an operation that was cut off never happened, and the next one counts`() throws {
    defer { unlink(path) }
    let records = Self.records([.reopened, .reopened])
    try open().0.append([JournalEntry(records[0])])
    try write("[{\"t\":\"order\",\"order\":\"x")
    let (journal, before) = try open()
    #expect(before == [records[0]])
    try journal.append([JournalEntry(records[1])])
    #expect(try open().1 == records)
    #expect(try journal.reader.entries(ofBlock: 0).compactMap(\.record) == records)
  }

  @Test(arguments: [
    "[{\"t\":\"order\"}]", "[{\"t\":\"dance\",\"n\":2,\"w\":1,\"m\":1}]", "[1]", "[{}]",
    "[{\"t\":\"reopened\",\"w\":1,\"m\":1}]", "[{\"t\":\"reopened\",\"n\":3,\"w\":1,\"m\":1}]",
    "hello world", "{\"a\":1}",
  ])
  func `a line that is no operation of a book is refused with its number`(_ line: String) throws {
    defer { unlink(path) }
    try open().0.append(Self.records([.reopened]).map { JournalEntry($0) })
    try write(line + "\n")
    let error = try #require(#expect(throws: Fatal.self) { try open() })
    #expect(error.code == .badConfiguration)
    #expect(error.message.contains("\(path): line 2"))
  }

  @Test func `a long journal is found again by number and by time, block by block`() throws {
    defer { unlink(path) }
    let (journal, _) = try open()
    let count: Int64 = 5000
    for number in 1...count {
      let record = BookRecord(
        number: number, wall: Self.wall.advanced(byMilliseconds: number * 10),
        market: MarketTime(milliseconds: number), change: .repeated(client: "client-\(number)"))
      try journal.append([JournalEntry(record)])
    }
    for reader in [journal.reader, try open().0.reader] {
      #expect(reader.blockCount > 4)
      let all = try (0..<reader.blockCount).flatMap { block in
        try reader.entries(ofBlock: block).compactMap(\.n)
      }
      #expect(all == Array(1...count))
      for number in [1, 2, 777, 2500, count] {
        let byNumber = try reader.entries(ofBlock: reader.block(ofRecord: number))
        #expect(byNumber.contains { $0.n == number })
        let time = Self.wall.milliseconds + number * 10
        #expect(
          try reader.entries(ofBlock: reader.block(atWall: time)).contains { $0.w == time })
      }
    }
  }

  @Test func `records are found again when requests fill whole blocks between them`() throws {
    defer { unlink(path) }
    let (journal, _) = try open()
    let text = String(repeating: "x", count: 1000)
    let request = JournalEntry.request("openorders", text, at: Self.wall)
    for number in 1...Int64(5) {
      let wall = Self.wall.advanced(byMilliseconds: number * 10)
      let record = BookRecord(
        number: number, wall: wall, market: MarketTime(milliseconds: number), change: .reopened)
      try journal.append([JournalEntry(record)])
      var read = request
      read.w = wall.milliseconds
      for _ in 0..<200 { try journal.append([read]) }
    }
    for reader in [journal.reader, try open().0.reader] {
      #expect(reader.blockCount > 10)
      for number in 1...Int64(5) {
        let byNumber = try reader.entries(ofBlock: reader.block(ofRecord: number))
        #expect(byNumber.contains { $0.n == number })
        // Everything of that millisecond is in the block or behind it, or before it.
        let time = Self.wall.milliseconds + number * 10
        let before = reader.block(beforeWall: time)
        let after = reader.block(atWall: time)
        let numbers = try (before...after).flatMap { try reader.entries(ofBlock: $0) }
        #expect(numbers.contains { $0.n == number })
      }
      let offsets = reader.blocks.map { reader.block(atOffset: $0.offset) }
      #expect(offsets == Array(0..<reader.blockCount))
    }
  }

  @Test func `a journal in memory keeps the newest entries and no more`() throws {
    let journal = Journal()
    let entry = JournalEntry.request("x", "", at: Self.wall)
    for _ in 0..<5 { try journal.append(Array(repeating: entry, count: Journal.mostInMemory)) }
    let kept = try journal.reader.entries(ofBlock: 0).count
    #expect((Journal.mostInMemory...2 * Journal.mostInMemory).contains(kept))
  }
}
