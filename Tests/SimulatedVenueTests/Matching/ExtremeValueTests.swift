import Domain
import Testing

@testable import SimulatedVenue

/// Every number that a parser of texts lets through, in every contract that can be listed.
@Suite("numbers at the end of their range")
struct ExtremeValueTests {
  private static let now = VenueTime(
    wall: WallTime(milliseconds: VenueBench.wallStart), market: MarketSample.time(0))
  private static let numbers: [Int64] = [
    .min, -1, 0, 1, 1_000_000, 1 << 53, 1 << 53 + 1, 999_999_999_999_999_999,
    1_000_000_000_000_000_000, .max / 4, .max / 2 + 1, .max,
  ]

  private func machine(_ id: InstrumentID, dollars: Int64) throws -> VenueMachine {
    let instrument = try #require(StandardInstruments.instrument(id))
    let contract = VenueContract(
      instrument: instrument, marginLevels: try VenueBench.contract("PF_XBTUSD").marginLevels)
    var machine = VenueMachine(book: VenueBook(contracts: [contract]), seed: 5)
    machine.deposit(Money(micros: dollars * 1_000_000), now: Self.now)
    let price = StandardInstruments.typicalPrice(instrument)
    machine.jump(
      id, to: MarketPoint(time: Self.now.market, last: price, mark: price, index: price))
    return machine
  }

  @Test(arguments: StandardInstruments.ids)
  func `are answered with a word, in every kind of order`(_ id: InstrumentID) throws {
    var machine = try machine(id, dollars: 1_000_000_000)
    let most = try #require(machine.book.contracts[id]).instrument.maxPosition
    let last = try #require(machine.markets[id]).last
    var words: Set<String> = []
    for kind in VenueOrderKind.allCases {
      for price in Self.numbers + [last.ticks] {
        for lots in Self.numbers.filter({ $0 >= 0 }) + [most.lots, most.lots + 1] {
          for side in Side.allCases {
            var request = OrderRequest(
              instrument: id, side: side, kind: kind, limit: Price(ticks: price),
              trigger: Price(ticks: price), quantity: Quantity(lots: lots))
            request.trailing = .ticks(price)
            request.limitOffset = kind.isTrigger ? .millionths(lots) : nil
            request.reduceOnly = price % 2 == 0
            let result = machine.place(request, now: Self.now)
            words.insert(try #require(result).word)
            _ = machine.takeRecords()
          }
        }
      }
    }
    #expect(abs(machine.book.position(id)) <= most.lots)
    #expect(
      words.isSuperset(of: ["placed", "invalidPrice", "invalidSize", "maxPositionViolation"]))
  }

  @Test(arguments: StandardInstruments.ids)
  func `change an open order or are refused`(_ id: InstrumentID) throws {
    var machine = try machine(id, dollars: 1_000_000)
    let last = try #require(machine.markets[id]).last
    for kind in [VenueOrderKind.limit, .stop, .trailingStop] {
      let order = machine.place(
        OrderRequest(
          instrument: id, side: .sell, kind: kind, limit: Price(ticks: last.ticks * 2),
          trigger: Price(ticks: max(1, last.ticks / 2)),
          trailing: kind == .trailingStop ? .millionths(500_000) : nil,
          quantity: Quantity(lots: 1)), now: Self.now)
      let name = OrderName.venue(try #require(order?.order).id)
      for number in Self.numbers {
        for isRelative in [true, false] {
          let size = EditRequest(
            order: name, quantity: Quantity(lots: max(0, number)), isRelative: isRelative)
          let result = machine.edit(size, now: Self.now)
          #expect(result != nil)
        }
        for edit in [
          EditRequest(order: name, limit: Price(ticks: number)),
          EditRequest(order: name, trigger: Price(ticks: number)),
          EditRequest(order: name, trailing: .ticks(number)),
          EditRequest(order: name, trailing: .millionths(number)),
        ] {
          let result = machine.edit(edit, now: Self.now)
          #expect(result != nil)
        }
      }
    }
    // Wherever the orders are by now, the price meets them.
    for ticks in [max(1, last.ticks / 10), last.ticks * 10] {
      let price = Price(ticks: ticks)
      let time = Self.now.market.advanced(byMilliseconds: ticks)
      let point = MarketPoint(time: time, last: price, mark: price, index: price)
      machine.move(id, along: [point], wall: Self.now.wall)
    }
    let records = machine.takeRecords()
    #expect(machine.book.recordCount == Int64(records.count))
  }

  @Test(arguments: StandardInstruments.ids)
  func `a whole largest position can be held and closed`(_ id: InstrumentID) throws {
    var machine = try machine(id, dollars: 10_000_000_000)
    let most = try #require(machine.book.contracts[id]).instrument.maxPosition
    for side in [Side.buy, .sell] {
      let request = OrderRequest(instrument: id, side: side, kind: .market, quantity: most)
      let result = machine.place(request, now: Self.now)
      #expect(result?.word == "placed" && result?.order?.filled == most)
    }
    #expect(machine.book.position(id) == 0)
    #expect(machine.equity == machine.book.balance)
  }
}
