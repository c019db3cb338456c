import Domain
import Testing

@testable import SimulatedVenue

extension VenueBench {
  /// Every law of the book that can be read from its records.
  func expectLaws(_ comment: Comment? = nil) throws {
    #expect(records.map(\.number) == (1..<Int64(records.count + 1)).map { $0 }, comment)
    #expect(zip(records, records.dropFirst()).allSatisfy { $0.market <= $1.market }, comment)
    #expect(zip(records, records.dropFirst()).allSatisfy { $0.wall <= $1.wall }, comment)
    #expect(folded == book, comment)
    expectOrders(comment)
    for id in contracts.map(\.instrument.id) { try expectLane(id, comment) }
    try expectMoney(comment)
  }

  /// Every order as its last record has it.
  private var finalOrders: [VenueOrderID: VenueOrder] {
    var orders: [VenueOrderID: VenueOrder] = [:]
    for record in records {
      switch record.change {
      case .order(let order, _, _), .fill(_, _, let order): orders[order.id] = order
      case .trailed(let id, let trigger): orders[id]?.trigger = trigger
      default: break
      }
    }
    return orders
  }

  private func expectOrders(_ comment: Comment?) {
    let orders = finalOrders
    let fills = Dictionary(grouping: fills, by: \.order)
    let open = Set(book.openOrders.map(\.id))
    #expect(open.count == book.openCount, comment)
    #expect(open.count <= VenueMachine.mostOpenOrders, comment)
    for order in orders.values {
      let filled = fills[order.id, default: []]
      #expect(filled.reduce(0) { $0 + $1.quantity.lots } == order.filled.lots, comment)
      #expect(order.filled <= order.quantity, comment)
      #expect((order.status == .open) == open.contains(order.id), comment)
      if order.status == .rejected {
        #expect(order.filled == .zero, comment)
      } else {
        #expect((order.status == .filled) == (order.filled == order.quantity), comment)
      }
      // An edit may have set the limit after a fill.
      guard let limit = order.limit, order.limitOffset == nil, !edited.contains(order.id) else {
        continue
      }
      for fill in filled {
        #expect(order.side == .buy ? fill.price <= limit : fill.price >= limit, comment)
      }
    }
    #expect(Set(orders.values.map(\.number)).count == orders.count, comment)
    #expect(Set(self.fills.map(\.id)).count == self.fills.count, comment)
  }

  private func expectLane(_ id: InstrumentID, _ comment: Comment?) throws {
    let sum = fills.filter { $0.instrument == id }
      .reduce(0) { $0 + $1.side.sign * $1.quantity.lots }
    #expect(sum == book.position(id), comment)
    let most = try #require(book.contracts[id]).instrument.maxPosition.lots
    #expect(abs(sum) <= most, comment)
    guard let lane = book.lanes[id] else { return }
    for side in Side.allCases {
      let open = book.openOrders(of: id).filter { $0.side == side }
      func lots(_ isCounted: (VenueOrder) -> Bool) -> Int64 {
        open.filter(isCounted).reduce(0) { $0 + $1.unfilled.lots }
      }
      #expect(lane.entries[side] == lots { !$0.reduceOnly }, comment)
      #expect(lane.reducing[side] == lots { $0.reduceOnly && !$0.isWaiting }, comment)
      #expect(lane.triggers[side] == lots { $0.reduceOnly && $0.isWaiting }, comment)
      #expect(
        lane.stops[side]
          == lots { $0.reduceOnly && ($0.kind == .stop || $0.kind == .trailingStop) }, comment)
    }
  }

  /// Balance and open profit are the start, the results, the fees and the payments.
  ///
  /// And the same again from what was paid and received for every lot: exact in contracts whose lot
  /// times tick is a whole number of micros.
  private func expectMoney(_ comment: Comment?) throws {
    var sum = Int128(0)
    var paid = Int128(0)
    for record in records {
      switch record.change {
      case .deposit(let money, _):
        sum += Int128(money.micros)
        paid += Int128(money.micros)
      case .cash(let flow):
        sum += Int128(flow.amount.micros)
        paid += Int128(flow.amount.micros)
      case .fill(let fill, let settlement, _):
        sum += Int128(settlement.realised.micros) - Int128(fill.fee.micros)
        let worth = try notional(fill.instrument, fill.price, fill.quantity.lots)
        paid -= Int128(fill.side.sign) * worth + Int128(fill.fee.micros)
      default: break
      }
    }
    #expect(sum == Int128(book.balance.micros), comment)
    var open = Int128(0)
    for (id, lane) in book.positions {
      let mark = try #require(machine.markets[id]).mark
      paid += try notional(id, mark, abs(lane.signedLots)) * Int128(lane.signedLots.signum())
      open += Int128(book.unrealised(id, at: mark).micros)
    }
    #expect(Int128(book.balance.micros) + open == paid, comment)
  }

  private func notional(_ id: InstrumentID, _ price: Price, _ lots: Int64) throws -> Int128 {
    let instrument = try #require(book.contracts[id]).instrument
    let money = instrument.notional(price, Quantity(lots: lots), rounding: .nearest)
    return Int128(try #require(money).micros)
  }
}
