import Daemon
import Domain
import SimulatedVenue

/// The whole book for a judge: every order ever received, every fill, every finding.
///
/// It is made of the journal as it stood at one moment, beside the venue's own work, because a long
/// book takes long to read.
struct JudgeAnswers: Sendable {
  private static let mostRequests = 10_000

  private let journal: JournalReader
  private let machine: VenueMachine
  private let now: VenueTime

  init(_ state: VenueCore.State, _ now: VenueTime) {
    journal = state.journal.reader
    machine = state.machine
    self.now = now
  }

  /// Whether the request is one that is answered here.
  static func answers(_ request: VenueHTTPRequest) -> Bool {
    request.method == "GET" && ["/book", "/requests/log"].contains(request.path)
  }

  func answer(_ request: VenueHTTPRequest) -> VenueHTTPResponse {
    do throws(Fatal) {
      return request.path == "/book"
        ? VenueHTTPResponse(try book()) : VenueHTTPResponse(try requests(request))
    } catch {
      return VenueHTTPResponse(ErrorBody.badRequest("\(error)"), status: 500)
    }
  }

  /// Private requests, oldest first, from the block at byte `from` of the journal on, until there
  /// are `mostRequests`; `next` is where the rest begins.
  private func requests(_ request: VenueHTTPRequest) throws(Fatal) -> JSON {
    let from = request.parameters?.last { $0.name == "from" }.flatMap { Int64($0.value) } ?? 0
    var rows: [JSON] = []
    var block = journal.block(atOffset: from)
    while block < journal.blockCount, rows.count < Self.mostRequests {
      for entry in try journal.entries(ofBlock: block) where entry.t == JournalEntry.request {
        rows.append(
          .members([
            "wall_ms": .integer(entry.w ?? 0), "endpoint": .text(entry.endpoint ?? ""),
            "parameters": .text(entry.text ?? ""),
          ]))
      }
      block += 1
    }
    let next = block < journal.blockCount ? journal.blocks[block].offset : nil
    return .members([
      "requests": .list(rows), "next": next.map { .integer($0) } ?? .null,
    ])
  }

  private func book() throws(Fatal) -> JSON {
    var orders: [VenueOrderID: VenueOrder] = [:]
    var fills: [JSON] = []
    let book = machine.book
    for block in 0..<journal.blockCount {
      for record in try journal.entries(ofBlock: block).compactMap(\.record) {
        switch record.change {
        case .order(let order, _, _): orders[order.id] = order
        case .fill(let fill, _, let order):
          orders[order.id] = order
          fills.append(Self.fill(fill, book))
        case .trailed(let id, let trigger): orders[id]?.trigger = trigger
        default: break
        }
      }
    }
    let received = orders.values.sorted { $0.number < $1.number }
    return .members([
      "orders": .list(received.map { Self.order($0, book) }), "fills": .list(fills),
      "positions": .list(book.positions.map { Self.position($0.id, $0.lane, book) }),
      "repeated": .list(
        book.repeats.map {
          .members([
            "client_order_id": .text($0.clientOrderID), "wall_ms": .integer($0.time.milliseconds),
          ])
        }),
      "exposures": .list(
        book.exposures.map {
          .members([
            "symbol": .text($0.instrument.symbol), "since_ms": .integer($0.since.milliseconds),
            "until_ms": .integer($0.until.milliseconds),
          ])
        }),
      "complete": .flag(journal.isComplete), "findings": .integer(book.findingCount),
      "account": .members([
        "equity": .text(machine.equity.description),
        "start_equity": .text(book.startBalance.description),
        "balance": .text(book.balance.description),
      ]), "market_ms": .integer(now.market.milliseconds),
    ])
  }

  private static func order(_ order: VenueOrder, _ book: VenueBook) -> JSON {
    let instrument = book.contracts[order.instrument]?.instrument
    func price(_ price: Price?) -> JSON {
      price.flatMap { instrument?.text($0) }.map { .text($0) } ?? .null
    }
    return .members([
      "order_id": .text(order.id.text),
      "client_order_id": order.clientOrderID.map { .text($0) } ?? .null,
      "symbol": .text(order.instrument.symbol), "side": .text(order.side.rawValue),
      "order_type": .text(order.kind.rawValue), "reduce_only": .flag(order.reduceOnly),
      "quantity": .text(instrument?.text(order.quantity) ?? ""), "price": price(order.limit),
      "stop_price": price(order.trigger),
      "received_ms": .integer(order.receivedAt.milliseconds), "send_status": .text(order.word),
      "status": .text(order.status.rawValue),
      "filled": .text(instrument?.text(order.filled) ?? ""),
    ])
  }

  private static func fill(_ fill: VenueFill, _ book: VenueBook) -> JSON {
    let instrument = book.contracts[fill.instrument]?.instrument
    return .members([
      "fill_id": .text(fill.id.text), "order_id": .text(fill.order.text),
      "client_order_id": fill.clientOrderID.map { .text($0) } ?? .null,
      "symbol": .text(fill.instrument.symbol), "side": .text(fill.side.rawValue),
      "size": .text(instrument?.text(fill.quantity) ?? ""),
      "price": .text(instrument?.text(fill.price) ?? ""),
      "wall_ms": .integer(fill.time.milliseconds),
    ])
  }

  private static func position(
    _ id: InstrumentID, _ holding: InstrumentBook, _ book: VenueBook
  ) -> JSON {
    let instrument = book.contracts[id]?.instrument
    let size = instrument?.text(Quantity(lots: abs(holding.signedLots))) ?? ""
    return .members([
      "symbol": .text(id.symbol), "size": .text(holding.signedLots < 0 ? "-\(size)" : size),
      "stop_covered": .text(instrument?.text(book.stopCover(id)) ?? ""),
      "uncovered_since_ms": holding.uncoveredSince.map { .integer($0.milliseconds) } ?? .null,
    ])
  }
}
