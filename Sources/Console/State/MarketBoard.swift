import Domain
import Wire

/// The market as it was last heard: instruments, prices, closed candles, and what each strategy
/// last said of them.
struct MarketBoard {
  struct Row {
    var ticker: Ticker?
    /// Wall milliseconds at which the publisher read the ticker.
    var readAt: Int64 = 0
    /// Of the finest timeframe that was heard, oldest first.
    var candles = Ring<Candle>(capacity: MarketBoard.candlesKept)
    /// Wall milliseconds at which the newest candle was heard; 0 for one of a snapshot.
    var candleHeardAt: Int64 = 0
    var trades: UInt64 = 0
    /// The newest of each strategy.
    var explanations: [StrategyID: Explanation] = [:]
  }

  static let candlesKept = 400
  private static let mostInstruments = 512
  private static let mostStrategies = 16

  private(set) var instruments: [InstrumentID: Instrument] = [:]
  private(set) var rows: [InstrumentID: Row] = [:]

  mutating func learn(_ instrument: Instrument) {
    guard instruments[instrument.id] != nil || instruments.count < Self.mostInstruments else {
      return
    }
    instruments[instrument.id] = instrument
    if rows[instrument.id] == nil { rows[instrument.id] = Row() }
  }

  mutating func hear(_ ticker: Ticker, readAt: WallTime) {
    change(ticker.instrument) { row in
      row.ticker = ticker
      row.readAt = readAt.milliseconds
    }
  }

  /// `heardAt` is 0 for a candle of a snapshot.
  mutating func hear(_ candle: Candle, heardAt: Int64) {
    change(candle.instrument) { row in
      if let newest = row.candles.last {
        // One chart is of one timeframe: the finest that is published.
        if candle.timeframe.milliseconds > newest.timeframe.milliseconds { return }
        if candle.timeframe.milliseconds < newest.timeframe.milliseconds {
          row.candles = Ring(capacity: Self.candlesKept)
        } else if candle.openTime <= newest.openTime {
          return
        }
      }
      row.candles.append(candle)
      row.candleHeardAt = heardAt
    }
  }

  mutating func hearTrade(_ trade: Trade) { change(trade.instrument) { $0.trades += 1 } }

  mutating func hear(_ explanation: Explanation) {
    change(explanation.instrument) { row in
      guard
        row.explanations[explanation.strategy] != nil
          || row.explanations.count < Self.mostStrategies
      else { return }
      row.explanations[explanation.strategy] = explanation
    }
  }

  private mutating func change(_ id: InstrumentID, _ body: (inout Row) -> Void) {
    guard rows[id] != nil || rows.count < Self.mostInstruments else { return }
    body(&rows[id, default: Row()])
  }

  // MARK: - Numbers

  func text(_ price: Price, _ id: InstrumentID) -> String {
    instruments[id]?.text(price) ?? "\(price.ticks) ticks"
  }

  func text(_ quantity: Quantity, _ id: InstrumentID) -> String {
    instruments[id]?.text(quantity) ?? "\(quantity.lots) lots"
  }

  /// For charts and metrics alone, which do not count money.
  func number(_ price: Price, _ id: InstrumentID) -> Double? {
    instruments[id]?.decimal(price)?.double
  }

  func number(lots: Int64, _ id: InstrumentID) -> Double? {
    instruments[id]?.decimal(Quantity(lots: abs(lots)))?.double
  }

  /// Price times quantity in USD.
  func notional(_ price: Price, lots: Int64, _ id: InstrumentID) -> Double? {
    guard let price = number(price, id), let quantity = number(lots: lots, id) else { return nil }
    return price * quantity
  }

  func mark(_ id: InstrumentID) -> Price? { rows[id]?.ticker?.mark }
}
