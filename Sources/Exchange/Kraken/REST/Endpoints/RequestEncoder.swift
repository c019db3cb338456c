import Domain

/// Puts requests into the venue's words; each group of calls adds its own in its own file.
struct RequestEncoder {
  let instruments: [InstrumentID: Instrument]
  /// How the venue writes them, where that differs.
  var spellings: [InstrumentID: String] = [:]

  func endpoint(_ request: VenueRequest) throws(Unencodable) -> Endpoint {
    switch request {
    case .place(let placement): try place(placement)
    case .cancel(let id, let processBefore): cancel(id, processBefore: processBefore)
    case .amend(let amendment): try amend(amendment)
    case .orderStatus(let ids): try orderStatus(ids)
    case .openOrders: openOrders
    case .openPositions: openPositions
    case .fills: fills
    case .olderFills(let before): fills(before: before)
    case .orderHistory(let since, let before): orderHistory(since: since, before: before)
    case .account: account
    case .marginModes: marginModes
    case .instruments: instrumentList
    case .tickers: tickers
    case .candles(let instrument, let timeframe, let from, let to):
      try candles("trade", instrument, timeframe, from: from, to: to)
    case .spotCandles(let instrument, let timeframe, let from, let to):
      try candles("spot", instrument, timeframe, from: from, to: to)
    }
  }

  func instrument(_ id: InstrumentID) throws(Unencodable) -> Instrument {
    guard let instrument = instruments[id] else {
      throw Unencodable(
        instruments.isEmpty
          ? "the venue's instruments have not been asked for" : "\(id) is not one of the venue's")
    }
    return instrument
  }

  func symbol(_ instrument: Instrument) -> String {
    spellings[instrument.id] ?? instrument.id.symbol
  }

  /// `quantity` in contracts; a positive number.
  func size(_ quantity: Quantity, _ instrument: Instrument) throws(Unencodable) -> String {
    guard quantity > .zero, let decimal = instrument.decimal(quantity) else {
      throw Unencodable("\(quantity.lots) lots of \(instrument.id) are no size")
    }
    return decimal.description
  }

  /// `price` in quote currency; a positive number.
  func price(_ price: Price, _ instrument: Instrument) throws(Unencodable) -> String {
    guard price.ticks > 0, let decimal = instrument.decimal(price) else {
      throw Unencodable("\(price.ticks) ticks of \(instrument.id) are no price")
    }
    return decimal.description
  }

  /// `2026-11-22T10:00:00.000Z`; the venue refuses what it gets to later than this.
  func text(_ time: WallTime) -> String {
    ISO8601.text(milliseconds: time.milliseconds)
  }
}
