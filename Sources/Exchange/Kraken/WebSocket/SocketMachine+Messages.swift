import Domain

// What is heard, and whether it is the next thing there was to hear.
extension SocketMachine {
  mutating func hear(_ bytes: [UInt8], _ now: SocketTime) {
    lag.heard(after: now.machine.milliseconds(since: heardAt))
    heardAt = now.machine
    messages += 1
    let message: SocketMessage
    do throws(MalformedAnswer) {
      message = try reader.read(bytes)
    } catch {
      malformed += 1
      lastRefusal = error.reason
      return
    }
    take(message, now)
  }

  private mutating func take(_ message: SocketMessage, _ now: SocketTime) {
    switch message {
    case .level(let change): level(change, now.machine)
    case .trade(let trade): self.trade(trade, now.machine)
    case .ticker(let ticker): self.ticker(ticker, now.machine)
    case .heartbeat(let time): lag.heartbeat(time, at: now.wall)
    case .trades(let id, let trades): snapshot(trades, of: id, now.machine)
    case .book(let book): snapshot(book, now.machine)
    case .orders(let orders): begin(StreamID(.orders), .orders(orders), nil, now.machine)
    case .order(let update): pass(StreamID(.orders), .order(update))
    case .fills(let fills, let isSnapshot): self.fills(fills, isSnapshot, now.machine)
    case .positions(let list):
      state(StreamID(.positions), .positions(list.value), list.number, now.machine)
    case .money(let money):
      state(StreamID(.money), .money(money.value), money.number, now.machine)
    case .challenge(let challenge): challenged(challenge, now.machine)
    case .subscribed(let feed, let product): subscribed(feed, product, now.machine)
    case .error(let word): refused(word, now.machine)
    case .alert(let word): alert(word, now.machine)
    case .info, .unsubscribed: break
    case .aside: aside += 1
    }
  }

  private mutating func alert(_ word: String, _ now: MachineTime) {
    if word.hasPrefix("Already subscribed") || word.hasPrefix("Not subscribed") { return }
    if word.hasPrefix("Failed to subscribe to authenticated") { return turnedAway(word, now) }
    effects.append(.tell(.refused(nil, word: word)))
  }

  private mutating func subscribed(_ feed: String, _ product: InstrumentID?, _ now: MachineTime) {
    guard let channel = StreamChannel(feed: feed) else { return }
    // The venue may name products of a channel that has none for us.
    let id = StreamID(channel, channel.isOfAccount ? nil : product)
    confirmed(id)
    // A ticker has no snapshot: from now on it is told.
    if channel == .tickers, trackers[id]?.phase == .asked { start(id, .fromNow, now) }
  }

  private mutating func start(_ id: StreamID, _ coverage: StreamCoverage, _ now: MachineTime) {
    confirmed(id)
    trackers[id]?.move(.snapshot, now: now)
    effects.append(.tell(.began(id, coverage)))
  }

  /// What was heard of the stream ends here; it is asked for again.
  mutating func lose(_ id: StreamID, _ why: String, _ now: MachineTime) {
    guard let tracker = trackers[id], tracker.phase == .live else { return }
    trackers[id]?.move(.gap, now: now)
    trackers[id]?.putOff(now: now, patience: patience, wasLiveSince: tracker.since)
    trackers[id]?.number = nil
    if let instrument = id.instrument, id.channel == .book {
      books[instrument] = nil
      crossings[instrument] = nil
    }
    checkAt = min(checkAt, trackers[id]?.notBefore ?? now)
    effects.append(.tell(.gap(id, why: why)))
  }

  /// Whether `number` is the next of its stream; a repeated one is left aside, a jump is a gap.
  private mutating func isNext(_ number: Int64, _ id: StreamID, _ now: MachineTime) -> Bool {
    guard let tracker = trackers[id], tracker.phase == .live else {
      aside += 1
      return false
    }
    guard let last = tracker.number else {
      trackers[id]?.number = number
      return true
    }
    if number <= last {
      repeated += 1
      return false
    }
    guard number - last == 1 else {
      lose(id, "\(number) follows \(last)", now)
      return false
    }
    trackers[id]?.number = number
    return true
  }
}

// MARK: - The market

extension SocketMachine {
  /// Changes that leave the sides crossed, in a row, before the book is given up.
  private static let mostCrossings = 16

  private mutating func trade(_ trade: Numbered<Trade>, _ now: MachineTime) {
    let id = StreamID(.trades, trade.value.instrument)
    guard isNext(trade.number, id, now) else { return }
    trackers[id]?.lastTrade = trade.value.id
    effects.append(.tell(.trade(trade.value)))
  }

  /// The newest trades: those after the last one known, or all of them and nothing before.
  private mutating func snapshot(
    _ trades: [Numbered<Trade>], of instrument: InstrumentID, _ now: MachineTime
  ) {
    let id = StreamID(.trades, instrument)
    guard let tracker = trackers[id], !isOvertaken(trades.last?.number, tracker) else { return }
    let known = tracker.lastTrade.flatMap { last in
      trades.lastIndex { $0.value.id == last }
    }
    let coverage: StreamCoverage =
      known != nil ? .joined : trades.first.map { .after($0.value.time) } ?? .fromNow
    start(id, coverage, now)
    trackers[id]?.number = trades.last?.number
    trackers[id]?.lastTrade = trades.last?.value.id ?? tracker.lastTrade
    for trade in trades[(known.map { $0 + 1 } ?? 0)...] {
      effects.append(.tell(.trade(trade.value)))
    }
  }

  /// Whether a snapshot is older than what was heard before it: another one is on its way.
  private mutating func isOvertaken(_ number: Int64?, _ tracker: StreamTracker) -> Bool {
    guard let highest = tracker.highest, (number ?? -1) < highest else { return false }
    aside += 1
    return true
  }

  private mutating func ticker(_ ticker: Ticker, _ now: MachineTime) {
    let id = StreamID(.tickers, ticker.instrument)
    guard let tracker = trackers[id] else { return }
    if tracker.phase != .live {
      guard tracker.phase == .asked else { return }
      start(id, .fromNow, now)
    }
    effects.append(.tell(.ticker(ticker, delay: lag.milliseconds)))
  }

  private mutating func snapshot(_ book: Numbered<BookSnapshot>, _ now: MachineTime) {
    let id = StreamID(.book, book.value.instrument)
    guard let tracker = trackers[id], !isOvertaken(book.number, tracker) else { return }
    start(id, .fromNow, now)
    trackers[id]?.number = book.number
    var own = OrderBook()
    own.take(book.value)
    books[book.value.instrument] = own
    crossings[book.value.instrument] = nil
    guard own.isKnown, !own.isCrossed else { return lose(id, "a snapshot that is crossed", now) }
    effects.append(.tell(.book(book.value)))
  }

  private mutating func level(_ change: Numbered<LevelChange>, _ now: MachineTime) {
    let instrument = change.value.instrument
    let id = StreamID(.book, instrument)
    guard isNext(change.number, id, now) else { return }
    books[instrument]?.apply(change.value)
    guard let book = books[instrument], book.isKnown else {
      return lose(id, "more than \(OrderBook.mostLevels) levels", now)
    }
    if book.isCrossed {
      crossings[instrument, default: 0] += 1
      if crossings[instrument, default: 0] > Self.mostCrossings {
        return lose(id, "the sides have crossed", now)
      }
    } else if !crossings.isEmpty {
      crossings[instrument] = nil
    }
    effects.append(.tell(.level(change.value)))
  }
}

// MARK: - The account

extension SocketMachine {
  private mutating func begin(
    _ id: StreamID, _ event: StreamEvent, _ number: Int64?, _ now: MachineTime
  ) {
    guard trackers[id] != nil else { return }
    start(id, .fromNow, now)
    trackers[id]?.number = number
    effects.append(.tell(event))
  }

  private mutating func pass(_ id: StreamID, _ event: StreamEvent) {
    guard trackers[id]?.phase == .live else {
      aside += 1
      return
    }
    effects.append(.tell(event))
  }

  /// A message that holds all there is: one that is missing has been made up for by this one.
  private mutating func state(
    _ id: StreamID, _ event: StreamEvent, _ number: Int64, _ now: MachineTime
  ) {
    guard let tracker = trackers[id] else { return }
    guard tracker.phase == .live else { return begin(id, event, number, now) }
    guard number > tracker.number ?? -1 else {
      repeated += 1
      return
    }
    trackers[id]?.number = number
    effects.append(.tell(event))
  }

  private mutating func fills(
    _ fills: [Numbered<Fill>], _ isSnapshot: Bool, _ now: MachineTime
  ) {
    let id = StreamID(.fills)
    if isSnapshot {
      return begin(id, .fills(fills.map(\.value)), fills.last?.number, now)
    }
    for fill in fills where isNext(fill.number, id, now) {
      effects.append(.tell(.fill(fill.value)))
    }
  }
}
