import Domain

// What the archive knows, so that a start does not need all of it from the venue.
extension FeedMachine {
  /// Asks the archive what it has of new instruments.
  mutating func recall(_ ids: [InstrumentID], _ now: FeedTime) {
    // The archive holds the contract's own candles, none of the spot market.
    let ids = ids.filter { !settings.spot.contains($0) }
    guard settings.usesArchive, !ids.isEmpty else { return }
    let questions = ids.flatMap { id in
      (feeds[id]?.lanes ?? []).map { lane in
        ArchiveQuestion(
          series: SeriesID(id, lane.timeframe), count: settings.historyCandles,
          before: lane.publishFrom)
      }
    }
    recallLimit = now.machine.advanced(byMilliseconds: FeedSettings.recallMilliseconds)
    effects.append(.recall(questions))
  }

  /// Begins series with what the archive has; one that has too little is read from the chart.
  mutating func recalled(_ candles: [SeriesID: [Candle]]) {
    for (id, bars) in candles {
      guard let index = feeds[id.instrument]?.lane(id.timeframe),
        feeds[id.instrument]?.lanes[index].isRecalling == true
      else { continue }
      feeds[id.instrument]?.lanes[index].isRecalling = false
      let from = feeds[id.instrument]?.lanes[index].publishFrom
      let known = bars.filter { bar in from.map { bar.openTime < $0 } ?? true }
      // What is published from a place on follows that place, or there is no use in it.
      guard from == nil || known.last?.closeTime == from else { continue }
      let isTaken = feeds[id.instrument]?.lanes[index].series.begin(
        with: known, atLeast: settings.historyCandles)
      if isTaken == true { recalledSeries += 1 }
      // What it had may be older than all that is wanted.
      if let time = feeds[id.instrument]?.time { checkPlace(id.instrument, at: time) }
    }
  }

  /// An archive that does not answer keeps nobody waiting.
  mutating func giveUpRecalling(_ now: FeedTime) {
    guard let limit = recallLimit else { return }
    let waiting = feeds.filter { $0.value.lanes.contains(where: \.isRecalling) }.keys
    guard !waiting.isEmpty else { return recallLimit = nil }
    guard limit <= now.machine else { return }
    recallLimit = nil
    for id in waiting {
      for index in feeds[id]?.lanes.indices ?? 0..<0 {
        feeds[id]?.lanes[index].isRecalling = false
      }
    }
    effects.append(.alert("the archive does not answer: the charts are asked instead"))
  }
}
