import Domain
import Wire

/// One message of a stream as a line of text.
enum TapText {
  typealias Line = (stream: String, instrument: InstrumentID?, text: String)

  static func describe(_ body: StreamBody, _ market: MarketBoard) -> Line {
    switch body {
    case .trade(let trade):
      let id = trade.instrument
      let text = "\(trade.taker.rawValue) \(market.text(trade.quantity, id)) at "
      return ("trades", id, text + market.text(trade.price, id))
    case .candle(let candle): return candleLine(candle, market)
    case .ticker(let ticker, _):
      let id = ticker.instrument
      return (
        "tickers", id,
        "bid \(market.text(ticker.bid, id)) ask \(market.text(ticker.ask, id)) "
          + "mark \(market.text(ticker.mark, id))"
      )
    case .instrument(let instrument):
      return ("control", instrument.id, "instrument, tick \(instrument.tickSize)")
    case .signal(let signal): return ("signals", signal.instrument, signalText(signal, market))
    case .decision(let decision):
      return (
        "decisions", decision.signal.instrument,
        "\(decision.signal.id) \(verdict(decision.verdict))"
      )
    case .exitDecision(let decision):
      return (
        "decisions", decision.exit.instrument,
        "exit \(decision.exit.id) \(decision.exit.reason) \(verdict(decision.verdict))"
      )
    case .explanation(let explanation):
      return (
        "explanations", explanation.instrument,
        "\(explanation.strategy) \(explanation.timeframe.rawValue) \(explanation.reason)"
      )
    case .event(let event): return eventLine(event, market)
    case .control(let note): return ("control", nil, "\(note.state) \(note.detail)")
    case .relayed: return ("control", nil, "an envelope")
    }
  }

  private static func candleLine(_ candle: Candle, _ market: MarketBoard) -> Line {
    let id = candle.instrument
    let prices = [candle.open, candle.high, candle.low, candle.close]
      .map { market.text($0, id) }.joined(separator: " ")
    return ("candles", id, "\(candle.timeframe.rawValue) \(prices)")
  }

  private static func signalText(_ signal: Signal, _ market: MarketBoard) -> String {
    let id = signal.instrument
    return "\(signal.strategy) \(signal.direction.rawValue) to "
      + "\(market.text(signal.worstPrice, id)), stop \(market.text(signal.stop, id)) \(signal.id)"
  }

  private static func verdict(_ verdict: Verdict) -> String {
    switch verdict {
    case .accepted(let hash): "passed as \(hash.short)"
    case .denied(let denials): "denied: " + denials.map(\.description).joined(separator: "; ")
    }
  }

  private static func eventLine(_ event: LedgerEvent, _ market: MarketBoard) -> Line {
    let head = "#\(event.number) "
    switch event.body {
    case .intentAccepted(let hash, let intent):
      let id = intent.signal.instrument
      return ("orders", id, head + "intent \(hash.short), \(market.text(intent.quantity, id))")
    case .intentDenied(_, let signal, let denial):
      return ("orders", nil, head + "denied \(signal): \(denial)")
    case .exitAccepted(_, let exit):
      return ("orders", exit.instrument, head + "exit: \(exit.reason.rawValue)")
    case .adopted(_, let adoption):
      return ("orders", adoption.instrument, head + "adopted a position")
    case .execution(let report):
      let text = "\(report.role.rawValue) \(report.status.rawValue) \(report.text)"
      return ("orders", report.instrument, head + text)
    case .fill(let fill):
      let id = fill.instrument
      let price = fill.price.map { market.text($0, id) } ?? "an unknown price"
      let text = "fill: \(fill.side.rawValue) \(market.text(fill.quantity, id)) at \(price)"
      return ("orders", id, head + text)
    case .position(let position):
      let id = position.instrument
      let text =
        position.direction.map { "\($0.rawValue) \(market.text(position.quantity, id))" } ?? "flat"
      return ("orders", id, head + "position: \(text)")
    case .tradeClosed(let trade):
      let profit = trade.profit.map { "\($0)" } ?? "unknown"
      let text = "trade closed by \(trade.end.rawValue), profit \(profit)"
      return ("orders", trade.instrument, head + text)
    case .risk(let change): return ("orders", nil, head + RiskText.of(change))
    case .account(let account): return ("orders", nil, head + "equity \(account.equity)")
    case .state(let text): return ("orders", nil, head + text)
    }
  }
}
