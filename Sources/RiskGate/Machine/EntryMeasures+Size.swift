import Domain
import Wire

// What a size does to the account.
extension EntryMeasures {
  /// What is not for a signal without a size.
  private static let sized: [ControlID] = [
    .minimumNotional, .notional, .venueMaximum, .leverage, .loss, .positionMargin,
    .availableMargin, .positionShare, .instrumentNotional, .aggregateNotional, .aggregateMargin,
    .liquidationBuffer, .proxyLeverage, .freeMargin, .depth,
  ]

  mutating func measureSize(_ size: Sizing, _ instrument: Instrument, _ account: AccountSnapshot) {
    view.set(.sizingInput, is: !size.lacksRange)
    view.set(
      .venueLeverage,
      margins(instrument).initial.map { Share.times($0, limits[.maximumLeverage], .up) })
    let lots = size.quantity.lots
    view.set(.size, lots)
    guard lots > 0 else {
      for id in Self.sized { view[id] = .notApplicable }
      // The caps say themselves that they are below one lot.
      if let one = size.notionalOfOne, one > limits[.maximumNotional] {
        view.set(.notional, one)
      }
      return
    }
    guard let notional = instrument.notional(size.price, size.quantity, rounding: .up)?.micros
    else { return }
    let distance = Price(ticks: abs(signal.worstPrice.ticks - signal.stop.ticks))
    let equity = account.equity.micros
    view.set(.minimumNotional, notional)
    view.set(.notional, notional)
    view.set(.venueMaximum, Share.of(lots, instrument.maxPosition.lots, .up))
    view.set(.leverage, Share.of(notional, equity, .up))
    view.set(.loss, instrument.notional(distance, size.quantity, rounding: .up)?.micros)
    view.set(.positionMargin, margin(notional).flatMap { Share.of($0, equity, .up) })
    view.set(.availableMargin, availableMargin(notional, instrument, account))
    measureDepth(lots)
    measureAggregates(notional, equity, instrument)
  }

  private func margins(_ instrument: Instrument) -> MarginTable {
    world.margins ?? MarginTable(instrument)
  }

  /// notional ÷ leverage.
  private func margin(_ notional: Int64) -> Int64? {
    Share.of(notional, limits[.maximumLeverage], .up)
  }

  private func availableMargin(
    _ notional: Int64, _ instrument: Instrument, _ account: AccountSnapshot
  ) -> Int64? {
    guard let needed = margins(instrument).initial(of: notional) else { return nil }
    // Nothing free is less than anything needs.
    return Share.of(needed, account.availableMargin.micros, .up) ?? .max
  }

  private mutating func measureDepth(_ lots: Int64) {
    guard limits[.depth] > 0 else {
      view[.depth] = .notApplicable
      return
    }
    let figures = world.reading?.ticker.figures
    let resting = signal.direction == .long ? figures?.askQuantity : figures?.bidQuantity
    view.set(.depth, resting.flatMap { Share.of($0.lots, lots, .down) })
  }

  private mutating func measureAggregates(
    _ notional: Int64, _ equity: Int64, _ instrument: Instrument
  ) {
    guard let portfolio = world.portfolio else { return }
    let own = Share.sum(portfolio.own, notional)
    let all = Share.sum(portfolio.notional, notional)
    view.set(.instrumentNotional, own)
    view.set(.positionShare, margin(own).flatMap { Share.of($0, equity, .up) })
    view.set(.aggregateNotional, Share.of(all, equity, .up))
    let margins = margin(all)
    view.set(.aggregateMargin, margins.flatMap { Share.of($0, equity, .up) })
    if let open = portfolio.maintenance,
      let own = self.margins(instrument).maintenance(of: notional)
    {
      view.set(.liquidationBuffer, Self.buffer(equity, all, Share.sum(open, own)))
      view[.proxyLeverage] = .notApplicable
      view[.freeMargin] = .notApplicable
    } else if limits[.liquidationProxy] == 1 {
      view[.liquidationBuffer] = .notApplicable
      view.set(.proxyLeverage, margins.flatMap { Share.of($0, equity, .up) })
      view.set(
        .freeMargin, margins.flatMap { Share.of(Share.difference(equity, $0), equity, .down) })
    } else {
      // The venue's figures are asked for, and it told none.
      view[.proxyLeverage] = .notApplicable
      view[.freeMargin] = .notApplicable
    }
  }

  /// How far every mark may go against the account until equity is the maintenance margin:
  /// (equity − maintenance) ÷ (notional + maintenance), which is that of a short; a long has more.
  private static func buffer(_ equity: Int64, _ notional: Int64, _ maintenance: Int64) -> Int64? {
    Share.of(
      Share.difference(equity, maintenance), Share.sum(notional, maintenance), .down)
  }
}
