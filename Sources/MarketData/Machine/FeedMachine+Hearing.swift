import Domain
import Wire

// What is heard of the venue, and what of it is news to the pipeline.
extension FeedMachine {
  /// Older tickers in a row after which the market is believed to have gone back.
  private static let mostBackwards = 3

  /// `askedAt` is when an answer was asked for; nil for what the stream told by itself.
  mutating func hear(_ reading: TickerReading, askedAt: MachineTime?, now: FeedTime) {
    let ticker = reading.ticker
    guard var feed = feeds[ticker.instrument] else { return }
    feed.heardAt = now.machine
    if let known = feed.reading, ticker.time < known.ticker.time {
      // The stream may be late; answers to new questions that stay old are a market that went back.
      if let askedAt, feed.readingAt < askedAt { feed.backwards += 1 }
      guard feed.backwards >= Self.mostBackwards else {
        feeds[ticker.instrument] = feed
        return
      }
      feed.tradeTime = nil
    }
    feed.backwards = 0
    mustScan = mustScan || feed.entersBar(at: ticker.time)
    feed.readingAt = now.machine
    let isNews = feed.reading?.ticker != ticker
    if isNews { newsAt = now.machine }
    // The same ticker heard late is no older than it was known to be.
    let readAt =
      isNews ? reading.readAt : max(reading.readAt, feed.reading?.readAt ?? reading.readAt)
    feed.reading = TickerReading(ticker: ticker, readAt: readAt)
    if isNews || feed.repeatAt <= now.machine {
      feed.repeatAt = now.machine.advanced(byMilliseconds: settings.repeatMilliseconds)
      effects.append(.publish(.ticker(ticker, readAt: readAt)))
    }
    feeds[ticker.instrument] = feed
    checkPlace(ticker.instrument, at: ticker.time)
    look(ticker.instrument, now: now)
  }

  /// A market that went back, or a place too far behind, is begun anew.
  mutating func checkPlace(_ id: InstrumentID, at time: MarketTime) {
    guard let feed = feeds[id] else { return }
    for (index, lane) in feed.lanes.enumerated() {
      guard let place = lane.place else { continue }
      let bars = (time.milliseconds - place.milliseconds) / lane.timeframe.milliseconds
      if bars < -2, feed.tradeTime.map({ $0 <= time }) ?? true {
        feeds[id]?.startOver()
        note("market-went-back", "\(id) from \(text(place)) to \(text(time))")
        return
      }
      if !lane.isLoaded, lane.publishFrom == nil, bars > settings.historyCandles {
        // What the archive had is older than all that a strategy wants.
        feeds[id]?.lanes[index].forgetBars()
      }
      if !lane.isLoaded, lane.publishFrom != nil, bars > FeedSettings.mostBarsBehind {
        feeds[id]?.lanes[index].publishFrom = nil
        feeds[id]?.lanes[index].forgetBars()
        note(
          "hole", "\(id) \(lane.timeframe.rawValue) from \(text(place)): \(bars) bars behind")
      }
    }
  }

  /// Notes what time has brought about for one instrument.
  mutating func look(_ id: InstrumentID, now: FeedTime) {
    guard let over = feeds[id]?.look(now: now.machine) else { return }
    for candle in over { take(traded: candle) }
  }

  mutating func take(
    _ bars: [Candle], of id: SeriesID, proof: MarketTime, now: FeedTime
  ) {
    guard let index = feeds[id.instrument]?.lane(id.timeframe),
      let time = feeds[id.instrument]?.time
    else { return }
    // Asked before the market went back.
    guard proof <= time else {
      feeds[id.instrument]?.lanes[index].notBefore = now.machine.advanced(
        byMilliseconds: FeedSettings.retryMilliseconds)
      return
    }
    guard let taken = feeds[id.instrument]?.lanes[index].series.take(bars, proof: proof),
      var lane = feeds[id.instrument]?.lanes[index]
    else { return }
    let hasProgress = !taken.steps.isEmpty
    let isAgain = hasProgress && (taken.mustConfirm || lane.series.isBehind(proof))
    lane.notBefore =
      isAgain
      ? now.machine : now.machine.advanced(byMilliseconds: FeedSettings.retryMilliseconds)
    for step in taken.steps { tell(step, of: lane) }
    if !lane.isLoaded, !isAgain, !taken.mustConfirm { lane.isLoaded = true }
    if hasProgress { lane.overSince = nil }
    feeds[id.instrument]?.lanes[index] = lane
    for bar in taken.different {
      differences += 1
      keep(bar, isCharted: true)
      note(
        "candle-differs",
        "\(bar.instrument) \(bar.timeframe.rawValue) at \(text(bar.openTime)): the chart has"
          + " another one than was published")
    }
    if hasProgress { remember() }
    look(id.instrument, now: now)
  }

  /// A bar that trades have made.
  mutating func take(traded bar: Candle) {
    let id = bar.instrument
    guard let index = feeds[id]?.lane(bar.timeframe),
      let taken = feeds[id]?.lanes[index].series.take(traded: bar), !taken.steps.isEmpty
    else { return }
    feeds[id]?.lanes[index].overSince = nil
    guard let lane = feeds[id]?.lanes[index] else { return }
    traded += 1
    for step in taken.steps { tell(step, of: lane) }
    remember()
  }

  private mutating func remember() {
    mustRemember = true
  }

  /// Where every series goes on.
  var places: [SeriesID: MarketTime] {
    var places: [SeriesID: MarketTime] = [:]
    for (id, feed) in feeds {
      for lane in feed.lanes { places[SeriesID(id, lane.timeframe)] = lane.place }
    }
    return places
  }

  private mutating func tell(_ step: CandleSeries.Step, of lane: CandleLane) {
    switch step {
    case .candle(let candle):
      keep(candle, isCharted: false)
      let from = lane.publishFrom ?? candle.closeTime
      guard lane.isLoaded || from <= candle.openTime else { return }
      published += 1
      newest = candle
      effects.append(.publish(.candle(candle)))
    case .hole(let hole):
      let bars = (hole.to.milliseconds - hole.from.milliseconds) / lane.timeframe.milliseconds
      note(
        "hole",
        "\(lane.series.instrument) \(lane.timeframe.rawValue) from \(text(hole.from))"
          + " to \(text(hole.to)): the venue has no candles for \(bars) bars")
    }
  }

  private mutating func keep(_ candle: Candle, isCharted: Bool) {
    guard settings.usesArchive, !settings.spot.contains(candle.instrument) else { return }
    effects.append(.keep(candle, isCharted: isCharted))
  }

  mutating func note(_ state: String, _ detail: String) {
    effects.append(.alert("\(state): \(detail)"))
    tell(state, detail)
  }

  /// A note for listeners alone.
  mutating func tell(_ state: String, _ detail: String) {
    effects.append(
      .publish(
        .control(ControlNote(state: state, generation: settings.generation, detail: detail))))
  }

  func text(_ time: MarketTime) -> String {
    ISO8601.text(milliseconds: time.milliseconds)
  }
}
