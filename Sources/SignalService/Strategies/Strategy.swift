package import Domain

/// One strategy on one instrument: closed candles go in, decisions come out.
///
/// For authors:
/// 1. `on` is called once for every closed candle of the timeframes it asked for, oldest first,
///    never twice and never out of order within a timeframe; of candles that close together the
///    shorter comes first after a restart, and either first while listening. Bars that the venue
///    does not have are missing; open times tell.
/// 2. Candles before the start are given too, to warm up; what is decided on them is thrown away.
///    So never count decisions, and never assume that one became an order.
/// 3. A decision is a function of the last `memory` candles of each timeframe and of the strategy's
///    own position alone: no clock, no chance, no state that reaches further back. The position is
///    told again after a restart, before or after the candles. The same decision is then made
///    again, with the same name, and the pipeline knows it for the same.
/// 4. Prices are in ticks of the instrument; a rounding names its direction.
/// 5. `setup` names what the decision rests on (a level and the time it comes from), so that one
///    setup is at most one position, however often it is seen.
/// 6. Every candle that a decision could have been made on is decided on: with an entry, or with
///    the reason why not. Entries and exits are the only outcomes that can be traded.
/// 7. An exit names the signal that came with the position; a position is left once, and an exit
///    that is decided again on a later candle is the same one.
package protocol Strategy: Sendable {
  /// How many candles of each timeframe, the newest included, a decision depends on.
  var memory: Int { get }

  mutating func on(_ event: StrategyEvent) -> [StrategyDecision]
}

/// What a strategy is told.
package enum StrategyEvent: Hashable, Sendable {
  /// A candle has closed.
  case candle(Candle)
  /// An order of the position that `SignalID` opened was filled; may be told twice.
  case fill(Fill, of: SignalID)
  /// The strategy's own position as it is now, and the signal that opened it; flat when over.
  case position(Position, of: SignalID)
}
