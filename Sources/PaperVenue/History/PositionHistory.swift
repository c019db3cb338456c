import Domain
import SimulatedVenue

/// Which changes of positions a call wants; none named is all.
struct PositionFilter {
  private let changes: Set<String>
  private let reasons: Set<String>

  init(_ call: EndpointCall) {
    func named(_ words: [(parameter: String, word: String)]) -> Set<String> {
      Set(words.filter { call.parameter($0.parameter) == "true" }.map(\.word))
    }
    changes = named([
      ("opened", "open"), ("closed", "close"), ("increased", "increase"),
      ("decreased", "decrease"), ("reversed", "reverse"), ("no_change", "noChange"),
    ])
    reasons = named([
      ("trades", "trade"), ("funding_realization", "fundingRealisation"),
      ("settlement", "settlement"),
    ])
  }

  func wants(change: String, reason: String) -> Bool {
    (changes.isEmpty || changes.contains(change)) && (reasons.isEmpty || reasons.contains(reason))
  }
}

/// Changes of positions as the history service spells them.
enum PositionHistory {
  static func positions(
    _ record: BookRecord, _ book: VenueBook, _ filter: PositionFilter
  ) -> OrderHistory.Made? {
    guard case .fill(let fill, let settlement, _) = record.change,
      let contract = book.contracts[fill.instrument]
    else { return nil }
    let instrument = contract.instrument
    let change = change(settlement.lotsBefore, settlement.lotsAfter)
    guard filter.wants(change: change, reason: "trade") else { return nil }
    func average(_ cost: Money, _ lots: Int64) -> JSON {
      .text(AccountAnswers.averagePrice(cost, Quantity(lots: abs(lots)), instrument))
    }
    let update = JSON.members([
      "accountUid": .text(Spelling.accountUID), "tradeable": .text(contract.symbol),
      "oldPosition": .text(Spelling.signed(settlement.lotsBefore, instrument)),
      "oldAverageEntryPrice": average(settlement.costBefore, settlement.lotsBefore),
      "newPosition": .text(Spelling.signed(settlement.lotsAfter, instrument)),
      "newAverageEntryPrice": average(settlement.costAfter, settlement.lotsAfter),
      "fillTime": .integer(fill.time.milliseconds),
      "executionUid": .text(fill.id.text), "executionPrice": .text(instrument.text(fill.price)),
      "executionSize": .text(instrument.text(fill.quantity)),
      "realizedPnL": .text(settlement.realised.description), "realizedFunding": .text("0"),
      "fee": .text(fill.fee.description), "feeCurrency": .text("USD"),
      "positionChange": .text(change), "updateReason": .text("trade"),
      "tradeType": .text(tradeType(fill.type)), "timestamp": .integer(record.wall.milliseconds),
    ])
    return (fill.instrument, [HistoryElement.json(record, "PositionUpdate", update)])
  }

  private static func change(_ before: Int64, _ after: Int64) -> String {
    if before == 0 { return "open" }
    if after == 0 { return "close" }
    if before.signum() != after.signum() { return "reverse" }
    return abs(after) > abs(before) ? "increase" : "decrease"
  }

  private static func tradeType(_ type: FillType) -> String {
    switch type {
    case .maker, .taker, .takerAfterEdit: "userExecution"
    case .liquidation: "liquidation"
    case .partialLiquidation: "partialLiquidation"
    }
  }
}
