import Daemon
import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the book on disk")
struct BookFileTests {
  private let path = "/tmp/il-book-\(UUID().uuidString.prefix(8)).jsonl"

  private static let wall = WallTime(milliseconds: 1_800_000_000_123)

  /// One record of each kind, with and without what may be missing.
  private func records() throws -> [BookRecord] {
    let id = try #require(InstrumentID("PF_XBTUSD"))
    func order(_ number: Int, _ kind: VenueOrderKind, bare: Bool) -> VenueOrder {
      VenueOrder(
        id: VenueOrderID(unchecked: "order-\(number)"), clientOrderID: bare ? nil : "a\"b\\c\n]é",
        instrument: id, side: bare ? .sell : .buy, kind: kind,
        limit: bare ? nil : Price(ticks: 50_000), trigger: bare ? nil : Price(ticks: 49_000),
        quantity: Quantity(lots: 12), reduceOnly: bare, receivedAt: Self.wall,
        updatedAt: Self.wall, status: bare ? .rejected : .open, word: "placed")
    }
    let fill = VenueFill(
      id: ExecutionID(unchecked: "fill"), order: VenueOrderID(unchecked: "order-1"),
      clientOrderID: nil, instrument: id, side: .sell, quantity: Quantity(lots: 5),
      price: Price(ticks: 50_001), time: Self.wall, marketTime: MarketTime(milliseconds: 77),
      isMaker: true, fee: Money(micros: -3))
    let kinds = VenueOrderKind.allCases.enumerated()
    return [.account(Money(micros: 100_000_000_000)), .fill(fill)]
      + kinds.flatMap { number, kind in
        [
          .order(order(number, kind, bare: false)), .order(order(number + 100, kind, bare: true)),
        ]
      } + [
        .repeated(client: "again", Self.wall), .reopened(Self.wall),
        .ended(VenueOrderID(unchecked: "order-1"), .cancelled, Self.wall),
        .edited(
          VenueOrderID(unchecked: "order-2"), quantity: Quantity(lots: 3), limit: nil,
          trigger: Price(ticks: 4), Self.wall),
      ]
  }

  private func append(_ text: String) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  @Test func `every record comes back as it was`() throws {
    defer { unlink(path) }
    let records = try records()
    let file = try BookFile(path)
    try file.append([.request("sendorder", "a=b", at: Self.wall)])
    for record in records { try file.append([BookLine(record)]) }
    try file.append(records.map(BookLine.init))
    #expect(try BookFile.read(path) == records + records)
  }

  @Test func `a file that is not there is an empty book`() throws {
    #expect(try BookFile.read(path).isEmpty)
  }

  @Test func `an operation that was cut off never happened, and the next one counts`() throws {
    defer { unlink(path) }
    let records = try records()
    try BookFile(path).append([BookLine(records[0])])
    try append("[{\"type\":\"order\",\"order\":\"x")
    #expect(try BookFile.read(path) == [records[0]])
    try BookFile(path).append([BookLine(records[1])])
    #expect(try BookFile.read(path) == [records[0], records[1]])
  }

  @Test(arguments: [
    "[{\"type\":\"order\"}]", "[{\"type\":\"dance\"}]", "[1]", "[{}]",
    "[{\"type\":\"fill\",\"fill\":\"f\",\"order\":\"o\",\"symbol\":\"PF_XBTUSD\",\"side\":\"buy\","
      + "\"lots\":-1,\"price\":1,\"wall\":1,\"market\":1,\"micros\":1}]",
  ])
  func `a line that is no operation of a book is refused with its number`(_ line: String) throws {
    defer { unlink(path) }
    try BookFile(path).append([BookLine(.account(.zero))])
    try append(line + "\n")
    let error = try #require(#expect(throws: Fatal.self) { try BookFile.read(path) })
    #expect(error.code == .badConfiguration)
    #expect(error.message.contains("\(path): line 2"))
  }
}
