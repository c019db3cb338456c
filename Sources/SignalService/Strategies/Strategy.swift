package import Domain

/// One strategy on one instrument: closed candles go in, at most one proposal comes out of each.
///
/// For authors:
/// 1. `take` is called once for every closed candle, oldest first, never twice and never out of
///    order. Bars that the venue does not have are missing; open times tell.
/// 2. Candles before the start are given too, to warm up; what is proposed on them is thrown away.
///    So never count proposals, and never assume that one became an order.
/// 3. A proposal is a function of the last `memory` candles alone: no clock, no chance, no state
///    that
///    reaches further back. After a restart the same decision is then made again, with the same
///    name, and the pipeline knows it for the same.
/// 4. Prices are in ticks of the instrument; a rounding names its direction.
/// 5. `setup` names what the decision rests on (a level and the time it comes from), so that one
///    setup is at most one position, however often it is seen.
package protocol Strategy: Sendable {
  /// How many candles, the newest included, a proposal depends on.
  var memory: Int { get }

  mutating func take(_ candle: Candle) -> Proposal?
}

/// What a strategy wants; the service gives it a name and a time to live.
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

/// A strategy that can be run: its name and how one is made for an instrument.
package struct StrategyKind: Sendable {
  package let id: StrategyID
  package let make: @Sendable (InstrumentID) -> any Strategy

  package init(_ id: StrategyID, make: @escaping @Sendable (InstrumentID) -> any Strategy) {
    self.id = id
    self.make = make
  }
}
