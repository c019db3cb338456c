import Domain
import Wire

// What the venue's stream says. While it is away everything is asked for instead.
extension FeedMachine {
  mutating func hear(_ events: [StreamEvent], now: FeedTime) {
    for event in events {
      switch event {
      case .trade(let trade): hear(trade, now: now)
      case .ticker(let ticker, let delay):
        streamTickerAt = now.machine
        let readAt = now.wall.advanced(byMilliseconds: -max(0, delay))
        hear(TickerReading(ticker: ticker, readAt: readAt), askedAt: nil, now: now)
        if feeds[ticker.instrument]?.streamTime.map({ $0 < ticker.time }) ?? true {
          feeds[ticker.instrument]?.streamTime = ticker.time
        }
      case .connected:
        isConnected = true
        mustScan = true
      case .disconnected(let why): disconnected(why, now: now)
      case .began(let stream, let coverage): began(stream, coverage)
      case .gap(let stream, let why): gap(stream, why, now: now)
      case .refused(let stream, let word):
        note("stream-refused", "\(stream.map { "\($0)" } ?? "the session"): \(word)")
      case .book, .level, .orders, .order, .fills, .fill, .positions, .money: break
      }
    }
    chooseSource(now)
  }

  private mutating func hear(_ trade: Trade, now: FeedTime) {
    // In place: a copy of the feed would copy its candles.
    guard let over = feeds[trade.instrument]?.trades.take(trade) else { return }
    trades += 1
    effects.append(.publish(.trade(trade)))
    guard trade.kind.isOfTheBook else { return }
    if !over.isEmpty { mustScan = true }
    newsAt = now.machine
    if feeds[trade.instrument]?.tradeTime.map({ $0 < trade.time }) ?? true {
      feeds[trade.instrument]?.tradeTime = trade.time
    }
    // The contract's trades make no candle of the spot market.
    guard feeds[trade.instrument]?.isSpot == false else { return }
    for candle in over { take(traded: candle) }
  }

  private mutating func began(_ stream: StreamID, _ coverage: StreamCoverage) {
    guard stream.channel == .trades, let id = stream.instrument, let feed = feeds[id] else {
      return
    }
    mustScan = true
    let wasBroken = feed.brokenSince != nil
    feeds[id]?.brokenSince = nil
    feeds[id]?.streamTime = nil
    feeds[id]?.trades.begin(coverage, now: feed.time)
    guard wasBroken else { return }
    switch coverage {
    case .joined: note("stream-joined", "\(stream): nothing was lost")
    case .after(let time):
      note("stream-began", "\(stream): trades to \(text(time)) are asked of the chart")
    case .fromNow: note("stream-began", "\(stream): what was before is asked of the chart")
    }
  }

  private mutating func gap(_ stream: StreamID, _ why: String, now: FeedTime) {
    gaps += 1
    mustScan = true
    note("stream-gap", "\(stream): \(why)")
    guard stream.channel == .trades, let id = stream.instrument else { return }
    feeds[id]?.trades.lose()
    feeds[id]?.brokenSince = now.machine
  }

  private mutating func disconnected(_ why: String, now: FeedTime) {
    isConnected = false
    mustScan = true
    gaps += 1
    note("stream-gap", "every stream: \(why)")
    for id in feeds.keys where feeds[id]?.trades.isContinuous == true {
      feeds[id]?.trades.lose()
      feeds[id]?.brokenSince = now.machine
    }
  }

  /// Says where the market is heard from, when that changes.
  private mutating func chooseSource(_ now: FeedTime) {
    let source: FeedSource = isConnected ? .stream : .polling
    guard settings.usesStream, source != self.source else { return }
    self.source = source
    note("source", "\(source.rawValue)")
    // The tickers that were due at the stream's pace are due now.
    if source == .polling { askTickersSoon(now) }
  }

  /// Whether the stream tells tickers, so that asking is only a second opinion.
  func isStreaming(_ now: MachineTime) -> Bool {
    guard isConnected, let at = streamTickerAt else { return false }
    return now.milliseconds(since: at) < 2 * FeedSettings.streamedPollMilliseconds
  }

  /// Tells which streams have become stale and which have not.
  mutating func judge(_ now: FeedTime) {
    guard staleCheckAt <= now.machine else { return }
    staleCheckAt = now.machine.advanced(byMilliseconds: FeedSettings.staleCheckMilliseconds)
    var changed: [String: [StreamID]] = [:]
    // In an order of their own: the same input tells the same, in the same order.
    for id in feeds.keys.sorted() {
      guard let feed = feeds[id] else { continue }
      look(id, now: now)
      if settings.usesStream, !feed.trades.isContinuous, feed.brokenSince == nil {
        feeds[id]?.brokenSince = now.machine
      }
      var stale: Set<StreamChannel> = []
      if isPast(feed.heardAt, now) { stale.insert(.tickers) }
      if settings.usesStream, let since = feed.brokenSince, isPast(since, now) {
        stale.insert(.trades)
      }
      for channel in stale.subtracting(feed.toldStale) {
        changed["stale", default: []].append(StreamID(channel, id))
      }
      for channel in feed.toldStale.subtracting(stale) {
        changed["fresh", default: []].append(StreamID(channel, id))
      }
      if stale != feed.toldStale { feeds[id]?.toldStale = stale }
    }
    for state in ["stale", "fresh"] {
      for names in Self.lines(changed[state] ?? []) { note(state, names) }
    }
    repeatStale(now)
  }

  /// Tells again what is stale, so that whoever comes late or has missed it knows.
  private mutating func repeatStale(_ now: FeedTime) {
    guard staleRepeatAt <= now.machine else { return }
    staleRepeatAt = now.machine.advanced(byMilliseconds: settings.repeatMilliseconds)
    let stale = feeds.flatMap { id, feed in feed.toldStale.map { StreamID($0, id) } }
    for names in Self.lines(stale) { tell("stale", names) }
  }

  /// A note has room for so many names; there are as many notes as it takes.
  private static func lines(_ streams: [StreamID]) -> [String] {
    let names = streams.map(\.description).sorted()
    return stride(from: 0, to: names.count, by: 10).map { start in
      names[start..<min(start + 10, names.count)].joined(separator: ", ")
    }
  }

  private func isPast(_ moment: MachineTime?, _ now: FeedTime) -> Bool {
    guard let moment else { return false }
    return now.machine.milliseconds(since: moment) > settings.staleMilliseconds
  }
}

/// Where the market is heard from.
package enum FeedSource: String, Sendable {
  case stream
  case polling
}
