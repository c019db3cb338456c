import Domain
import Wire

// What is heard of the venue, and what of it is news to the pipeline.
extension FeedMachine {
  mutating func hear(_ reading: TickerReading, now: FeedTime) {
    let ticker = reading.ticker
    guard var feed = feeds[ticker.instrument] else { return }
    let isNews = feed.reading?.ticker != ticker
    if isNews { newsAt = now.machine }
    feed.reading = reading
    if isNews || feed.repeatAt <= now.machine {
      feed.repeatAt = now.machine.advanced(byMilliseconds: settings.repeatMilliseconds)
      effects.append(.publish(.ticker(ticker, readAt: reading.readAt)))
    }
    feeds[ticker.instrument] = feed
    checkPlace(ticker.instrument, at: ticker.time)
  }

  /// A market that went back, or a place too far behind, is begun anew.
  private mutating func checkPlace(_ id: InstrumentID, at time: MarketTime) {
    guard let feed = feeds[id], let place = feed.place else { return }
    let length = settings.timeframe.milliseconds
    let bars = (time.milliseconds - place.milliseconds) / length
    if bars < -2 {
      feeds[id]?.startOver()
      note("market-went-back", "\(id) from \(text(place)) to \(text(time))")
    } else if !feed.isLoaded, bars > FeedSettings.mostBarsBehind {
      feeds[id]?.publishFrom = nil
      note("hole", "\(id) \(settings.timeframe.rawValue) from \(text(place)): \(bars) bars behind")
    }
  }

  mutating func take(
    _ bars: [Candle], of id: InstrumentID, proof: MarketTime, now: FeedTime
  ) {
    guard var feed = feeds[id] else { return }
    // Asked before the market went back.
    guard let time = feed.reading?.ticker.time, proof <= time else { return }
    let taken = feed.series.take(bars, proof: proof)
    let hasProgress = !taken.steps.isEmpty
    let isAgain = hasProgress && (taken.mustConfirm || feed.series.isBehind(proof))
    feed.notBefore =
      isAgain
      ? now.machine : now.machine.advanced(byMilliseconds: FeedSettings.retryMilliseconds)
    feeds[id] = feed
    for step in taken.steps { tell(step, of: feed) }
    if !feed.isLoaded, !isAgain, !taken.mustConfirm { feeds[id]?.isLoaded = true }
    if hasProgress { effects.append(.remember(feeds.compactMapValues(\.place))) }
  }

  private mutating func tell(_ step: CandleSeries.Step, of feed: InstrumentFeed) {
    switch step {
    case .candle(let candle):
      let from = feed.publishFrom ?? candle.closeTime
      guard feed.isLoaded || from <= candle.openTime else { return }
      published += 1
      newest = candle
      effects.append(.publish(.candle(candle)))
    case .hole(let hole):
      let bars =
        (hole.to.milliseconds - hole.from.milliseconds) / settings.timeframe.milliseconds
      note(
        "hole",
        "\(feed.instrument.id) \(settings.timeframe.rawValue) from \(text(hole.from))"
          + " to \(text(hole.to)): the venue has no candles for \(bars) bars")
    }
  }

  private mutating func note(_ state: String, _ detail: String) {
    effects.append(.alert("\(state): \(detail)"))
    effects.append(
      .publish(
        .control(ControlNote(state: state, generation: settings.generation, detail: detail))))
  }

  private func text(_ time: MarketTime) -> String {
    ISO8601.text(milliseconds: time.milliseconds)
  }
}
