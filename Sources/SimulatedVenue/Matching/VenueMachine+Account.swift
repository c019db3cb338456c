package import Domain

// Funding and liquidation.
extension VenueMachine {
  private static let hourMilliseconds: Int128 = 3_600_000

  /// Funding that has come due since it was last paid; positive when the account receives it.
  package func unrealisedFunding(_ id: InstrumentID) -> Money {
    guard let point = markets[id] else { return .zero }
    return funding(id, until: point.time)
  }

  /// Notional at the index price × hourly rate × the part of the hour; longs pay a positive rate.
  private func funding(_ id: InstrumentID, until time: MarketTime) -> Money {
    guard let lane = book.lanes[id], lane.signedLots != 0, let since = lane.fundedUntil,
      since < time, let rate = fundingRates[id], rate != 0, let index = markets[id]?.index
    else { return .zero }
    let notional = book.value(id, index, abs(lane.signedLots))
    let hourly = Rounding.nearest.divide(
      Int128(notional.micros) * Int128(rate), by: 1_000_000_000_000)
    let passed = Int128(time.milliseconds - since.milliseconds)
    let paid = Rounding.nearest.divide(hourly * passed, by: Self.hourMilliseconds)
    return Money(micros: Int64(clamping: lane.signedLots > 0 ? -paid : paid))
  }

  /// Pays what is due on one position until now; `isFinal` also when that is nothing, so that the
  /// next rate does not count for the time until now.
  mutating func settleFunding(_ id: InstrumentID, isFinal: Bool = false, _ now: VenueTime) {
    let amount = funding(id, until: now.market)
    guard amount != .zero || isFinal && book.position(id) != 0 else { return }
    record(
      .cash(
        CashFlow(
          kind: .funding, instrument: id, amount: amount, balanceBefore: book.balance,
          rate: fundingRates[id] ?? 0, mark: markets[id]?.mark)), now)
  }

  /// Closes positions while the account is worth less than its maintenance margin.
  ///
  /// First every open order is cancelled. Then the position with the largest margin is closed by
  /// half and, if that is not enough, whole; and so on.
  ///
  /// `id` is the contract whose price has moved: only it is valued anew before the account is found
  /// to be far from all this.
  mutating func liquidateIfNeeded(after id: InstrumentID, _ now: VenueTime) {
    revalue(id)
    guard !rough.isFar(balance: book.balance), marginEquity < maintenanceMargin else { return }
    _ = cancelAll(reason: .liquidation, now: now)
    var halved: Set<InstrumentID> = []
    while marginEquity < maintenanceMargin, let worst = mostBinding {
      let lots = abs(book.position(worst))
      let isPart = lots > 1 && halved.insert(worst).inserted
      let before = lots
      liquidate(worst, Quantity(lots: isPart ? (lots + 1) / 2 : lots), isPart: isPart, now)
      // Without a market there is nothing to close against; the next price tries again.
      if abs(book.position(worst)) == before { return }
    }
  }

  /// Brings the rough sums up to date with one contract.
  mutating func revalue(_ id: InstrumentID) {
    let lots = abs(book.position(id))
    guard lots > 0, let mark = markets[id]?.mark else {
      return rough.set(id, unrealised: .zero, maintenance: .zero)
    }
    rough.set(
      id, unrealised: unrealised(id),
      maintenance: book.maintenanceMargin(id, lots: lots, at: mark))
  }

  /// Takes a debt behind which there is neither a position nor collateral upon the venue.
  mutating func writeOffIfNeeded(_ now: VenueTime) {
    guard book.positions.isEmpty, book.balance < .zero, equity < .zero else { return }
    record(
      .cash(
        CashFlow(
          kind: .writeOff, instrument: nil, amount: .zero - equity,
          balanceBefore: book.balance)), now)
  }

  private var mostBinding: InstrumentID? {
    book.positions.compactMap { entry -> (InstrumentID, Money)? in
      guard let mark = markets[entry.id]?.mark else { return nil }
      let lots = abs(entry.lane.signedLots)
      return (entry.id, book.maintenanceMargin(entry.id, lots: lots, at: mark))
    }.max { $0.1 < $1.1 }?.0
  }

  private mutating func liquidate(
    _ id: InstrumentID, _ quantity: Quantity, isPart: Bool, _ now: VenueTime
  ) {
    let issued = nextOrder()
    let order = VenueOrder(
      id: issued.id, number: issued.number, clientOrderID: nil, instrument: id,
      side: book.position(id) > 0 ? .sell : .buy, kind: .liquidation, quantity: quantity,
      reduceOnly: true, receivedAt: now.wall, updatedAt: now.wall, status: .open, word: "placed")
    record(.order(order, reason: .liquidation, old: nil), now)
    let type: FillType = isPart ? .partialLiquidation : .liquidation
    _ = executeAsTaker(order, limit: nil, type: type, now)
    if let after = book.orders[order.id], after.status == .open {
      end(after, .cancelled, .liquidation, now)
    }
  }
}
