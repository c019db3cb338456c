/// The venue's view of one instrument at one moment.
package struct Ticker: Hashable, Sendable {
  package let instrument: InstrumentID
  package let time: MarketTime
  package let bid: Price
  package let ask: Price
  package let last: Price
  /// The price at which the venue values positions and triggers stops.
  package let mark: Price
  /// What else it says; nil where that was not told, or could not be read.
  package var figures: TickerFigures?

  package init(
    instrument: InstrumentID, time: MarketTime, bid: Price, ask: Price, last: Price, mark: Price,
    figures: TickerFigures? = nil
  ) {
    self.instrument = instrument
    self.time = time
    self.bid = bid
    self.ask = ask
    self.last = last
    self.mark = mark
    self.figures = figures
  }
}
