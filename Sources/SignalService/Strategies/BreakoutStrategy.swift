package import Domain

/// The example strategy: buys a close above the highest high of the last bars, sells one below the
/// lowest low (a Donchian channel), with an ATR stop. Small and honest, not good.
///
///     waiting ──close beyond the channel──► broken ──close back across its middle──► waiting
///
/// 1. The channel is that of the bars *before* the candle that breaks it.
/// 2. A break proposes once; the same direction is proposed again only after the close has come back
///    across the middle of the channel.
/// 3. The setup is the bar that made the level, so the level cannot be traded twice unless its
///    position was closed.
package struct BreakoutStrategy: Strategy {
  package struct Parameters: Hashable, Sendable {
    /// Bars of the channel.
    package var channelBars = 20
    package var atrBars = 14
    /// Distance of the stop from the close, in thousandths of the ATR.
    package var stopMilliATR: Int64 = 2000
    /// Distance of the take-profit in thousandths of the stop's; 0 for none.
    package var takeProfitMilliR: Int64 = 2000
    /// How far past the close the order may fill, in millionths of the close.
    package var slippageMillionths: Int64 = 1000

    package init() {}
  }

  private let parameters: Parameters
  private var bars: [Candle] = []
  private var range: AverageTrueRange
  private var isArmed: [Direction: Bool] = [.long: true, .short: true]

  package init(_ parameters: Parameters) {
    invariant(parameters.channelBars > 1, "a channel has at least two bars")
    self.parameters = parameters
    range = AverageTrueRange(length: parameters.atrBars)
  }

  package mutating func next(_ candle: Candle, of instrument: Instrument) -> Proposal? {
    defer {
      bars.append(candle)
      if bars.count > parameters.channelBars { bars.removeFirst() }
    }
    range.next(candle)
    guard bars.count == parameters.channelBars, let atr = range.sum,
      let top = bars.max(by: { ($0.high, $0.openTime) < ($1.high, $1.openTime) }),
      let bottom = bars.min(by: { ($0.low, $1.openTime) < ($1.low, $0.openTime) })
    else { return nil }
    let middle = (top.high.ticks + bottom.low.ticks) / 2
    if candle.close.ticks < middle { isArmed[.long] = true }
    if candle.close.ticks > middle { isArmed[.short] = true }
    if candle.close > top.high {
      return propose(.long, level: top, candle, atr)
    }
    if candle.close < bottom.low {
      return propose(.short, level: bottom, candle, atr)
    }
    return nil
  }

  private mutating func propose(
    _ direction: Direction, level: Candle, _ candle: Candle, _ atr: (ticks: Int64, count: Int64)
  ) -> Proposal? {
    guard isArmed[direction] == true else { return nil }
    isArmed[direction] = false
    let sign: Int64 = direction == .long ? 1 : -1
    let slippage = scaled(candle.close.ticks, parameters.slippageMillionths, 1_000_000)
    let worst = candle.close.ticks + sign * slippage
    let distance = max(1, scaled(atr.ticks, parameters.stopMilliATR, 1000 * atr.count))
    let profit = scaled(distance, parameters.takeProfitMilliR, 1000)
    let stopTicks = candle.close.ticks - sign * distance
    let profitTicks = worst + sign * max(1, profit)
    guard worst > 0, stopTicks > 0, profitTicks > 0,
      let setup = SetupID(
        "\(direction == .long ? "high" : "low")-\(level.openTime.milliseconds)-"
          + "\((direction == .long ? level.high : level.low).ticks)")
    else { return nil }
    return Proposal(
      direction: direction, setup: setup, worstPrice: Price(ticks: worst),
      stop: Price(ticks: stopTicks),
      takeProfit: parameters.takeProfitMilliR == 0 ? nil : Price(ticks: profitTicks))
  }

  /// ticks × numerator ÷ denominator, rounded up.
  private func scaled(_ ticks: Int64, _ numerator: Int64, _ denominator: Int64) -> Int64 {
    Int64(
      clamping: Rounding.up.divide(
        Int128(ticks) * Int128(numerator), by: Int128(denominator)))
  }
}
