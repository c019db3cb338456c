import Daemon
import Domain
import SimulatedVenue

/// The account log: what moved money or a position, row by row.
///
/// A trade makes two rows, one for the money and one for the position; a row's id is a function of
/// its record's number, so it never changes.
enum AccountLog {
  struct Row {
    let id: Int64
    let record: BookRecord
    let info: String
    let asset: String
    let contract: InstrumentID?
    var old: String
    var new: String
    var execution: ExecutionID?
    var fee: Money?
    var realised: Money?
    var funding: Money?
    var rate: Int64?
    var price: String?
    var mark: String?
  }

  /// The record that made a row.
  static func record(ofRow id: Int64) -> Int64 { max(1, id / 2) }

  /// Newest row first within a record.
  static func rows(_ record: BookRecord, _ book: VenueBook) -> [Row] {
    switch record.change {
    case .deposit(let money, let before): return [deposit(record, money, before)]
    case .collateral(let deposit): return [self.deposit(record, deposit)]
    // A payment of nothing only says that a new rate began.
    case .cash(let flow): return flow.amount == .zero ? [] : [cash(record, flow, book)]
    case .fill(let fill, let settlement, _):
      guard let instrument = book.contracts[fill.instrument]?.instrument else { return [] }
      return trade(record, fill, settlement, instrument)
    default: return []
    }
  }

  private static func deposit(
    _ record: BookRecord, _ money: Money, _ before: Money
  ) -> Row {
    Row(
      id: record.number * 2, record: record, info: "cross-exchange transfer", asset: "usd",
      contract: nil, old: before.description, new: (before + money).description)
  }

  private static func deposit(_ record: BookRecord, _ deposit: CollateralDeposit) -> Row {
    Row(
      id: record.number * 2, record: record, info: "cross-exchange transfer",
      asset: deposit.currency.code.lowercased(), contract: nil, old: "0",
      new: Money(micros: deposit.quantity).description)
  }

  private static func cash(_ record: BookRecord, _ flow: CashFlow, _ book: VenueBook) -> Row {
    let instrument = flow.instrument.flatMap { book.contracts[$0]?.instrument }
    let info =
      switch flow.kind {
      case .funding: "funding rate change"
      case .writeOff: "admin transfer"
      case .withdrawal: "cross-exchange transfer"
      }
    var row = Row(
      id: record.number * 2, record: record, info: info, asset: "usd",
      contract: flow.instrument, old: flow.balanceBefore.description,
      new: (flow.balanceBefore + flow.amount).description)
    if flow.kind == .funding {
      row.funding = flow.amount
      row.rate = flow.rate
    }
    row.mark = flow.mark.flatMap { instrument?.text($0) }
    return row
  }

  private static func trade(
    _ record: BookRecord, _ fill: VenueFill, _ settlement: Settlement, _ instrument: Instrument
  ) -> [Row] {
    let isForced = fill.type == .liquidation || fill.type == .partialLiquidation
    let info = isForced ? "futures liquidation" : "futures trade"
    var money = Row(
      id: record.number * 2 + 1, record: record, info: info, asset: "usd",
      contract: fill.instrument, old: settlement.balanceBefore.description,
      new: settlement.balanceAfter.description)
    money.execution = fill.id
    money.fee = fill.fee
    money.realised = settlement.realised
    money.price = instrument.text(fill.price)
    money.mark = instrument.text(fill.mark)
    var position = Row(
      id: record.number * 2, record: record, info: info,
      asset: fill.instrument.symbol.lowercased(), contract: fill.instrument,
      old: Spelling.signed(settlement.lotsBefore, instrument),
      new: Spelling.signed(settlement.lotsAfter, instrument))
    position.execution = fill.id
    position.price = money.price
    position.mark = money.mark
    return [money, position]
  }

  /// The booking of a record that is one row.
  static func uid(_ record: BookRecord) -> String {
    HistoryElement.uid(record, "\(record.number * 2)")
  }

  static func json(_ row: Row) -> JSON {
    func money(_ money: Money?) -> JSON { money.map { Spelling.money($0) } ?? .null }
    func number(_ text: String?) -> JSON { text.map { .number($0) } ?? .null }
    return .members([
      "id": .integer(row.id), "date": .text(Spelling.time(row.record.wall)),
      "asset": .text(row.asset), "info": .text(row.info),
      "booking_uid": .text(HistoryElement.uid(row.record, "\(row.id)")),
      "margin_account": .text("flex"), "old_balance": .number(row.old),
      "new_balance": .number(row.new), "old_average_entry_price": .null,
      "new_average_entry_price": .null, "trade_price": number(row.price),
      "mark_price": number(row.mark), "realized_pnl": money(row.realised), "fee": money(row.fee),
      "execution": row.execution.map { .text($0.text) } ?? .null, "collateral": .null,
      "funding_rate": row.rate.map { Spelling.rate($0) } ?? .null,
      "realized_funding": money(row.funding),
      "contract": row.contract.map { .text($0.symbol.lowercased()) } ?? .null,
    ])
  }

  /// The newest rows as comma-separated values.
  static func csv(_ call: EndpointCall, _ view: HistoryView) -> VenueHTTPResponse {
    guard let page = HistoryPage(call, view) else { return HistoryAnswers.invalid() }
    let made: (elements: [JSON], token: String?)
    do throws(Fatal) {
      made = try page.collect(view, mostBlocks: .max) { record in
        rows(record, view.book).map { .text(line($0)) }
      }
    } catch {
      return HistoryAnswers.unreadable()
    }
    let header =
      "uid,dateTime,account,type,symbol,change,new balance,trade price,mark price,"
      + "funding rate,realized pnl,fee,realized funding"
    let lines = made.elements.compactMap(\.string)
    return VenueHTTPResponse(
      body: ([header] + lines).joined(separator: "\n") + "\n", status: 200,
      contentType: "text/csv")
  }

  private static func line(_ row: Row) -> String {
    let old = ExactDecimal(row.old).flatMap { Money($0, rounding: .nearest) } ?? .zero
    let new = ExactDecimal(row.new).flatMap { Money($0, rounding: .nearest) } ?? .zero
    let cells: [String?] = [
      HistoryElement.uid(row.record, "\(row.id)"), Spelling.time(row.record.wall), "flex",
      row.info, row.asset, (new - old).description, row.new, row.price, row.mark,
      row.rate.flatMap { ExactDecimal(mantissa: $0, exponent: -12)?.description },
      row.realised?.description, row.fee?.description, row.funding?.description,
    ]
    return cells.map { $0 ?? "" }.joined(separator: ",")
  }
}
