package import Domain

/// A strategy for one instrument: it sees closed candles, each once and in order, and may propose.
///
/// To write one, copy `BreakoutStrategy` and add a line to `StrategyCatalogue`. The rules:
/// 1. Decide from candles alone: no clock, no chance, no file. Two runs over the same candles
///    propose the same.
/// 2. Name the setup by what makes it the same setup (a level and the time it comes from), never by
///    the time of deciding: proposing one setup again is how a repetition is recognised.
/// 3. Compute in ticks; a rounding names its direction.
package protocol Strategy: Sendable {
  /// Takes the next candle; `instrument` gives ticks their meaning.
  mutating func next(_ candle: Candle, of instrument: Instrument) -> Proposal?
}

/// What a strategy proposes on a candle: a signal without the parts that are the same for all.
package struct Proposal: Hashable, Sendable {
  package let direction: Direction
  package let setup: SetupID
  /// The worst price at which the decision still holds.
  package let worstPrice: Price
  package let stop: Price
  package let takeProfit: Price?

  package init(
    direction: Direction, setup: SetupID, worstPrice: Price, stop: Price, takeProfit: Price?
  ) {
    self.direction = direction
    self.setup = setup
    self.worstPrice = worstPrice
    self.stop = stop
    self.takeProfit = takeProfit
  }
}
