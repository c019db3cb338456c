package import Domain

/// One evaluation as a line of JSON, with the keys of the golden records.
package struct SmcRecord {
  private let parameters: SmcParameters
  private let variant: SmcVariant
  private let scale: PriceScale

  package init(_ parameters: SmcParameters, _ variant: SmcVariant, scale: PriceScale) {
    self.parameters = parameters
    self.variant = variant
    self.scale = scale
  }

  /// Of hour `index`, without a line feed.
  package func line(
    hour index: Int, openTime: MarketTime, _ windows: SmcWindows, _ result: SmcEvaluation
  ) -> String {
    var text = RecordText()
    text.add("i", "\(index)")
    text.add("t", text: Self.time(openTime))
    addDecision(result, to: &text)
    text.add("ms_state", text: result.structure?.rawValue)
    let seen = SmcObservation(windows, parameters, variant)
    text.add("ind", indicators(seen))
    for (name, block) in zip(["ob_bull", "ob_bear"], seen.blocks) {
      text.add(name, block.map(self.block) ?? "null")
    }
    for (name, gap) in zip(["fvg_bull", "fvg_bear"], seen.gaps) {
      text.add(name, gap.map(self.gap) ?? "null")
    }
    for (name, isBroken) in zip(["bos_bull", "bos_bear"], seen.breaks) {
      text.add(name, flag: isBroken)
    }
    text.add("fib", seen.fibonacci.map(fibonacci) ?? "null")
    text.add("ms", change(result.change))
    text.add("reason", text: result.reason.goldenWord)
    if variant == .corrected { addSetup(result, to: &text) }
    return text.object
  }

  /// Without a fraction where it is none.
  private static func time(_ time: MarketTime) -> String {
    let text = ISO8601.text(milliseconds: time.milliseconds)
    return text.hasSuffix(".000Z") ? text.dropLast(5) + "Z" : text
  }

  private func addDecision(_ result: SmcEvaluation, to text: inout RecordText) {
    let trade = result.trade
    text.add("signal", text: trade?.direction.rawValue ?? "no_signal")
    // What is no signal carries neutral defaults in the reference; the true bias stands beside.
    let carried: Bias = trade == nil ? .neutral : result.bias
    text.add("bias", text: carried.rawValue)
    text.add("htf_bias", text: result.bias.rawValue)
    text.add("entry", text: trade?.levels.entry.description ?? "0")
    text.add("stop", text: trade?.levels.stop.description ?? "0")
    text.add("tp", text: trade?.levels.takeProfit.description)
    text.add("tp_candidates", RecordText.list(trade?.levels.candidates.map(\.description) ?? []))
    let setup = trade?.setup ?? .trend
    text.add("setup", text: setup.rawValue)
    text.add("regime", text: setup.regime)
    let slope = trade?.slope ?? .flat
    text.add("slope", text: slope.rawValue)
    text.add("atr_ratio", text: trade == nil ? nil : result.atrRatio?.description)
    text.add("score", score(result.score))
  }

  private func addSetup(_ result: SmcEvaluation, to text: inout RecordText) {
    text.add("setup_id", text: result.setupName)
    text.add("worst", text: result.worstPrice.map { scale.decimal($0).description })
    var values = RecordText()
    for (name, value) in result.values { values.add(name, text: value) }
    text.add("values", values.object)
  }

  private func score(_ score: SmcScore?) -> String {
    var text = RecordText()
    if let score {
      text.add("smc", score.structure.description)
      text.add("fib", score.fibonacci.description)
      text.add("htf", score.bias.description)
      text.add("adx", score.trend.description)
      text.add("cost", score.cost.description)
    }
    return text.object
  }

  private func indicators(_ seen: SmcObservation) -> String {
    var text = RecordText()
    text.add("ema200_1d", text: seen.average?.description)
    text.add("adx14_1h", text: seen.movement?.index.description)
    text.add("pdi", text: seen.movement?.plus.description)
    text.add("mdi", text: seen.movement?.minus.description)
    text.add("atr14_1h", text: seen.range?.description)
    text.add("rsi14_1h", text: seen.strength?.description)
    text.add("rsi_div", text: seen.divergence.rawValue)
    return text.object
  }

  private func block(_ block: OrderBlock) -> String {
    var text = RecordText()
    text.add("type", text: MarketStructure(block.direction).rawValue)
    text.add("index", "\(block.index)")
    text.add("low", text: scale.decimal(block.low).description)
    text.add("high", text: scale.decimal(block.high).description)
    let price = block.price(parameters.entryMode, discount: parameters.discount, scale: scale)
    text.add("price", text: price.description)
    return text.object
  }

  private func gap(_ gap: FairValueGap) -> String {
    let (bottom, top) = (scale.decimal(gap.bottom), scale.decimal(gap.top))
    var text = RecordText()
    text.add("type", text: MarketStructure(gap.direction).rawValue)
    text.add("index", "\(gap.index)")
    text.add("bottom", text: bottom.description)
    text.add("top", text: top.description)
    text.add("size", text: (top - bottom).description)
    text.add("price", text: (gap.direction == .long ? top : bottom).description)
    return text.object
  }

  private func fibonacci(_ range: FibonacciRange) -> String {
    var text = RecordText()
    text.add("hi", text: scale.decimal(range.high).description)
    text.add("lo", text: scale.decimal(range.low).description)
    text.add("hi_i", "\(range.highIndex)")
    text.add("lo_i", "\(range.lowIndex)")
    return text.object
  }

  private func change(_ change: SmcEvaluation.Change) -> String {
    var text = RecordText()
    text.add("event", text: change.direction.map { MarketStructure($0).rawValue })
    let price = change.breakPrice.flatMap { WorkingDecimal(scale.double($0)) }
    text.add("break", text: price?.description)
    text.add("confirmed", flag: change.isConfirmed)
    text.add("reconfirmed", flag: change.isReconfirmed)
    text.add("tolerance", flag: change.isTolerated)
    text.add("entry_ready", flag: change.isEntryReady)
    return text.object
  }
}
