import Domain
import Wire

// Which instruments are followed, and when they are all there.
extension FeedMachine {
  mutating func listed(_ list: [Instrument], now: FeedTime) {
    var news: [Instrument] = []
    var isNew: [InstrumentID] = []
    for instrument in choose(list) where feeds[instrument.id]?.instrument != instrument {
      if feeds[instrument.id] != nil {
        feeds[instrument.id]?.instrument = instrument
      } else {
        feeds[instrument.id] = InstrumentFeed(instrument, settings, places: earlier)
        isNew.append(instrument.id)
      }
      news.append(instrument)
      effects.append(.publish(.instrument(instrument)))
    }
    if settings.usesStream, !news.isEmpty { effects.append(.follow(news)) }
    recall(isNew, now)
    guard loadLimit == nil else { return }
    loadLimit = now.machine.advanced(byMilliseconds: FeedSettings.loadLimitMilliseconds)
    nextTickers = now.machine
  }

  /// Those that are configured, or the tradeable ones up to the bound; says what is left aside.
  private mutating func choose(_ list: [Instrument]) -> [Instrument] {
    let sorted = list.sorted { $0.id < $1.id }
    let most = FeedSettings.mostInstruments
    let wanted =
      settings.instruments.isEmpty
      ? sorted.filter { $0.tradeable || feeds[$0.id] != nil }
      : sorted.filter { settings.instruments.contains($0.id) }
    // What is followed already stays followed.
    let chosen = (wanted.filter { feeds[$0.id] != nil } + wanted.filter { feeds[$0.id] == nil })
      .prefix(most)
    let ids = Set(chosen.map(\.id))
    let aside =
      (settings.instruments.isEmpty ? wanted.map(\.id) : settings.instruments.sorted())
      .filter { !ids.contains($0) }
    if aside != leftAside, !aside.isEmpty {
      let names = aside.prefix(10).map(\.symbol).joined(separator: " ")
      let reason =
        settings.instruments.isEmpty
        ? "more than \(most) are not followed: name them in market_data.instruments"
        : "the venue does not list them, or they are more than \(most)"
      effects.append(.alert("\(aside.count) instruments left aside: \(names): \(reason)"))
    }
    leftAside = aside
    return Array(chosen)
  }

  mutating func announceReadiness(_ now: FeedTime) {
    guard !isReady, !feeds.isEmpty else { return }
    let loaded = feeds.values.count(where: \.isLoaded)
    let isLate = loadLimit.map { $0 <= now.machine } ?? false
    guard loaded == feeds.count || (isLate && loaded > 0) else { return }
    isReady = true
    for feed in feeds.values.sorted(by: { $0.instrument.id < $1.instrument.id })
    where !feed.isLoaded {
      effects.append(.alert("\(feed.instrument.id): no history yet, going on without"))
    }
    effects.append(.ready)
  }
}
