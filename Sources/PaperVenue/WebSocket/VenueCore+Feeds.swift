import Domain
import SimulatedVenue

// The feeds show the venue as it was played up to now.
extension VenueCore.State: WebSocketSource {
  /// Rows of a snapshot of the account log, and blocks of the journal that are read for it.
  private static let loggedRows = 100
  private static let loggedBlocks = 2

  var showsFillsOnly: Bool { machine.book.policies.immediateOrders == .fillsOnly }

  mutating func tick(_ product: InstrumentID, tradesSince time: MarketTime?) -> MarketTick? {
    guard let point = machine.markets[product], !machine.isHalted(product) else { return nil }
    let condition = machine.book.conditions[product] ?? MarketCondition()
    var tick = MarketTick(
      instrument: product, time: played, last: point.last, mark: point.mark, index: point.index,
      bids: levels(product, .buy), asks: levels(product, .sell),
      isSuspended: condition.isSuspended,
      isPostOnly: condition.isPostOnly
        || machine.book.contracts[product]?.listing.isPostOnly == true)
    // A contract that is in the book and not played today has no market.
    guard var market = markets[product] else { return tick }
    tick.trades =
      if let time {
        market.news(from: time, to: played)
      } else {
        market.trades(
          newest: WebSocketHub.rememberedTrades, before: played.advanced(byMilliseconds: 1)
        ).reversed()
      }
    if let day = market.dayFigures(at: played) {
      tick.day = DayStatistics(
        volume: day.volume, quoteVolume: day.turnover(of: market.instrument), open: day.open,
        high: day.high, low: day.low, openInterest: market.openInterest(at: played))
    }
    let rate = market.fundingRate(at: played)
    let prediction = market.fundingPrediction(at: played)
    let hour = Timeframe.oneHour.openTime(of: played)
    tick.funding = FundingTerms(
      rate: rate.absolute(index: point.index, of: market.instrument).description,
      prediction: prediction.absolute(index: point.index, of: market.instrument).description,
      relativeRate: rate.decimal.description, relativePrediction: prediction.decimal.description,
      next: hour.advanced(byMilliseconds: Timeframe.oneHour.milliseconds))
    // What was worked out on the way is kept for the next look.
    markets[product] = market
    return tick
  }

  private func levels(_ product: InstrumentID, _ side: Side) -> [DepthLevel] {
    machine.levels(product, side).map { DepthLevel(price: $0.price, quantity: $0.quantity) }
  }

  func account() -> AccountView {
    let figures = AccountFigures(machine)
    return AccountView(
      orders: machine.book.openOrders, fills: fillReports,
      positions: machine.book.positions.compactMap { position($0.id, $0.lane, figures) },
      balance: BalanceView(
        balance: figures.balance, available: figures.available, portfolioValue: figures.equity,
        initialMargin: figures.initialMarginWithOrders,
        initialMarginWithoutOrders: figures.initialMargin,
        maintenanceMargin: figures.maintenanceMargin, pnl: figures.unrealised,
        unrealizedFunding: figures.funding, marginEquity: figures.marginEquity,
        holdings: figures.holdings))
  }

  /// The newest fills, oldest first; what was left of an order then is what is left of it now and
  /// what was filled since.
  private var fillReports: [FillReport] {
    var later: [VenueOrderID: Quantity] = [:]
    return machine.book.fills.reversed().map { fill in
      let order = machine.book.orders[fill.order]
      let since = later[fill.order] ?? .zero
      later[fill.order] = since + fill.quantity
      return FillReport(
        fill: fill, kind: order?.kind ?? .limit, remaining: (order?.unfilled ?? .zero) + since)
    }.reversed()
  }

  private func position(
    _ id: InstrumentID, _ lane: InstrumentBook, _ figures: AccountFigures
  ) -> PositionView? {
    guard let instrument = machine.book.contracts[id]?.instrument, let point = machine.markets[id]
    else { return nil }
    let lots = abs(lane.signedLots)
    let entry = Spelling.perContract(lane.cost, Quantity(lots: lots), instrument)
    let notional = machine.book.exposure(id, at: point.mark)
    return PositionView(
      instrument: id, signedLots: lane.signedLots, entryPrice: entry, mark: point.mark,
      index: point.index, pnl: machine.unrealised(id),
      unrealizedFunding: machine.unrealisedFunding(id),
      liquidationThreshold: liquidationThreshold(
        signedLots: lane.signedLots, room: figures.marginEquity - figures.maintenanceMargin,
        at: point.mark, instrument),
      notional: notional, initialMargin: machine.book.initialMargin(id, at: point.mark),
      initialMarginWithOrders: machine.book.initialMarginWithOrders(id, at: point.mark),
      maintenanceMargin: machine.book.maintenanceMargin(id, lots: lots, at: point.mark))
  }

  /// How far the mark may move against a position until the account, which can lose `room`, has
  /// only its margin; zero without a position.
  func liquidationThreshold(
    signedLots: Int64, room: Money, at mark: Price, _ instrument: Instrument
  ) -> Money {
    let lots = abs(signedLots)
    guard let notional = instrument.notional(mark, Quantity(lots: lots), rounding: .nearest) else {
      return .zero
    }
    let worth = Spelling.perContract(notional, Quantity(lots: lots), instrument)
    let each = Spelling.perContract(room, Quantity(lots: lots), instrument)
    return max(.zero, signedLots > 0 ? worth - each : worth + each)
  }

  /// The rows of the last blocks of the journal, as far as they go.
  func accountLog() -> [AccountLog.Row] {
    let reader = journal.reader
    var rows: [AccountLog.Row] = []
    for index in (0..<reader.blockCount).suffix(Self.loggedBlocks).reversed() {
      // A snapshot without old rows is right as far as it goes; the history service says the error.
      let entries = (try? reader.entries(ofBlock: index)) ?? []
      rows += entries.compactMap(\.record).reversed()
        .flatMap { AccountLog.rows($0, machine.book) }
      if rows.count >= Self.loggedRows { break }
    }
    return Array(rows.prefix(Self.loggedRows))
  }
}
