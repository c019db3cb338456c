package import Archive
import Domain
import Exchange
package import Wire

/// Runs a recording through the feed that `market-data` runs, and compares what comes out.
///
/// Invariants:
/// 1. The feed sees what it saw then: the same records, turns, clocks and answers of the archive.
/// 2. What it publishes is compared with what was published then after every turn; the first
///    difference is told and ends the life.
/// 3. After a record that is missing nothing of the same life is published: it would be guessed.
package struct FeedReplay {
  /// What one item of the recording brought about.
  package enum Event: Hashable, Sendable {
    /// A life of the feed begins.
    case began(RecordedStart)
    case published(StreamBody)
    /// The rest of the life is not replayed, and why.
    case ended(String)
  }

  fileprivate struct Life {
    let start: RecordedStart
    var machine: FeedMachine
    var venue: RecordedKraken
    var tally = FeedTally()
    var records: [InboundRecord] = []
    var archived: [[SeriesID: [Candle]]] = []
    var turns = 0
  }

  private var life: Life?
  private var number: UInt64?
  /// Most records of one turn: a session takes 4096 messages, and answers are few.
  private static let mostRecords = 65_536

  /// Lives that were replayed from their start to their end so far, outputs that were the same.
  package private(set) var lives = 0
  package private(set) var verified: UInt64 = 0
  package private(set) var isExact = true
  /// Of all that was published, in order.
  package private(set) var tally = FeedTally()

  package init() {}

  package mutating func take(_ item: RecordingReader.Item) -> [Event] {
    switch item {
    case .torn(let path, let offset): return end("\(path) is torn after byte \(offset)")
    case .missing(let first, let last): return end("messages \(first) to \(last) were not kept")
    case .message(let message): return take(message)
    }
  }

  private mutating func take(_ message: RecordedMessage) -> [Event] {
    if message.life != number {
      number = message.life
      life = nil
      guard message.channel == FeedTape.start else {
        return end("life \(String(message.life, radix: 16)) is not there from its start")
      }
    }
    if message.channel == FeedTape.start { return begin(message) }
    guard life != nil else { return [] }
    switch message.channel {
    case FeedTape.turn: return turn(message)
    case FeedTape.archive:
      guard let candles = ArchivedCandles.candles(message.bytes) else {
        return end("message \(message.number) is no answer of an archive")
      }
      life?.archived.append(candles)
    case let channel where InboundRecord.isOfVenue(channel):
      guard life.map({ $0.records.count < Self.mostRecords }) == true else {
        return end("a turn without an end at message \(message.number)")
      }
      life?.records.append(InboundRecord(channel: channel, bytes: message.bytes))
    default: return end("message \(message.number) is of no channel of ours: \(message.channel)")
    }
    return []
  }

  private mutating func begin(_ message: RecordedMessage) -> [Event] {
    guard let start = RecordedStart(message.bytes) else {
      return end("message \(message.number) is no start of this build's")
    }
    life = Life(
      start: start, machine: FeedMachine(settings: start.settings, places: start.places),
      venue: RecordedKraken(seed: start.seed))
    lives += 1
    return [.began(start)]
  }

  private mutating func end(_ why: String) -> [Event] {
    isExact = false
    life = nil
    return [.ended(why)]
  }

  private mutating func turn(_ message: RecordedMessage) -> [Event] {
    guard var life, let recorded = RecordedTurn(message.bytes),
      (0...RecordedStart.latest).contains(message.wall.milliseconds),
      (0...RecordedStart.latest * 1_000_000 / 2).contains(message.machine.nanoseconds)
    else { return end("message \(message.number) is no end of a turn") }
    // One owner at a time, or each turn would copy the whole feed.
    self.life = nil
    let now = FeedTime(machine: message.machine, wall: message.wall)
    let bodies = life.turn(isDrained: recorded.isDrained, now: now)
    life.turns += 1
    for body in bodies {
      life.tally.add(body)
      tally.add(body)
    }
    let events = bodies.map { Event.published($0) }
    guard life.tally.count == recorded.count, life.tally.digest == recorded.digest else {
      return events
        + end(
          "turn \(life.turns) at message \(message.number): \(life.tally.count) published, "
            + "\(recorded.count) then, or others")
    }
    verified += UInt64(bodies.count)
    self.life = life
    return events
  }
}

extension FeedReplay.Life {
  /// One turn as `FeedDriver` makes it; what is published.
  mutating func turn(isDrained: Bool, now: FeedTime) -> [StreamBody] {
    var bodies: [StreamBody] = []
    let given = records
    records.removeAll(keepingCapacity: true)
    for candles in archived { step(.archived(candles), now, &bodies) }
    archived = []
    let heard = venue.read(given, now: now.machine)
    for report in heard.reports { step(.report(report), now, &bodies) }
    let told =
      start.settings.usesStream
      ? venue.hear(heard, isDrained: isDrained, now: now.machine, wall: now.wall) : []
    step(told.isEmpty ? .tick : .stream(told), now, &bodies)
    return bodies
  }

  private mutating func step(
    _ event: FeedEvent, _ now: FeedTime, _ bodies: inout [StreamBody]
  ) {
    for effect in machine.step(event, now: now) {
      switch effect {
      case .request(let request, let tag): venue.start(request, tag: tag)
      case .follow(let instruments):
        venue.learn(instruments)
        venue.subscribe(.trades, instruments.map(\.id))
        venue.subscribe(.tickers, instruments.map(\.id))
      case .publish(let body): bodies.append(body)
      case .remember, .ready, .alert, .recall, .keep: break
      }
    }
  }
}
