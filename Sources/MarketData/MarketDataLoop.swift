import Archive
import Daemon
import Domain
import Failpoint
import Wire

/// The shell around `FeedDriver`: publishes what is new, keeps and records it, answers snapshots.
///
/// Invariants: 1. Single trades go out on a stream of their own, so that whoever wants candles is
/// not kept busy by them. 2. The place of a series is written when its candles, published before,
/// have had time to leave: a message that libzmq still holds dies with the process. 3. Neither the
/// recording nor the archive is waited for; their failures are told and change nothing else.
final class MarketDataLoop {
  /// How long a start waits for the paper venue to say where it is.
  private static let venueWaitMilliseconds: Int64 = 5000
  /// How long a message may take to leave, and a listener of the last life to come back.
  private static let leaveMilliseconds: Int64 = 300
  /// A listener tries again every 100 ms and a little; one that comes later sees the new epoch and
  /// asks for a snapshot.
  private static let listenersMilliseconds: Int64 = 130
  /// How often an answer of the archive is looked for.
  private static let archiveMilliseconds: Int64 = 20

  private let host: StageHost
  private let context: ZMQContext
  private let poller = Poller()
  private let stream: Publisher
  private let trades: Publisher
  private let snapshots: RequestServer
  private let places: PlaceFile
  private let settings: FeedSettings
  private let keeping: FeedKeeping
  private var nextStatus = MachineTime(nanoseconds: 0)
  private var failedToRemember = false
  /// Places whose candles are leaving, until when, and the newest ones after them.
  private var leaving: (places: [SeriesID: MarketTime], until: MachineTime)?
  private var newestPlaces: [SeriesID: MarketTime]?

  init(_ host: StageHost) throws {
    self.host = host
    let run = try RunDirectory(host.options.requireRunDirectory())
    settings = try FeedSettings(host)
    let state = try host.options.requireStateDirectory()
    places = PlaceFile(stateDirectory: state)
    keeping = FeedKeeping(host.configuration.marketData, stateDirectory: state)
    context = try ZMQContext()
    stream = try Publisher(
      context: context, endpoint: run.market, source: host.stage, epoch: host.epoch)
    trades = try Publisher(
      context: context, endpoint: run.trades, source: "\(host.stage)-trades", epoch: host.epoch)
    snapshots = try RequestServer(context: context, endpoint: run.marketSnapshot)
    try host.openControlSocket()
    host.waitsFor = "the venue's instruments"
  }

  func run() throws {
    defer { keeping.close() }
    guard let url = try awaitVenue(), try awaitListeners() else { return }
    let start = RecordedStart(
      settings: settings, places: try places.read(),
      seed: UInt64(bitPattern: Clock.wallMilliseconds()) &+ host.epoch, epoch: host.epoch)
    let configured = host.configuration.venue
    var venue = FeedDriver.Venue(
      url: url, requestMilliseconds: configured.requestTimeoutMilliseconds,
      connectMilliseconds: configured.connectTimeoutMilliseconds)
    if !host.options.profile.usesPaperVenue {
      venue.certificateAuthorities = host.configuration.exchange.certificateAuthorities
      venue.proxy = host.configuration.exchange.proxy
    }
    let feed = try FeedDriver(
      venue, start, tape: keeping.tape(start, now: clock()))
    while true {
      let before = clock().machine
      let idle = before.advanced(
        byMilliseconds: keeping.isAsked ? Self.archiveMilliseconds : 1000)
      let until = min(
        feed.wake(now: before), MachineTime(nanoseconds: host.deadline), nextStatus,
        leaving?.until ?? idle, idle)
      let ready = try poller.wait(
        sockets: [stream.handle, trades.handle, snapshots.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) } + feed.descriptors,
        until: until, now: before)
      let now = clock()
      if serveHost(feed.machine, now) { return }
      if !ready.descriptors.isEmpty { failpoint(.dataAnswerReceived) }
      perform(feed.turn(ready: ready.descriptors, archived: keeping.answers(), now: now), feed)
      rememberWhatLeft(now.machine)
      serveSnapshots(feed.machine)
      stream.service()
      trades.service()
      tellKeeping(feed.machine)
      tellStatus(feed.machine, now)
    }
  }

  /// Where the venue is; nil when the process has to end before that is known.
  private func awaitVenue() throws -> String? {
    guard host.options.profile.usesPaperVenue else { return host.configuration.venue.url }
    let files = RunFiles(try host.options.requireRunDirectory())
    let limit = clock().machine.advanced(byMilliseconds: Self.venueWaitMilliseconds)
    while true {
      if let venue = try files.readVenue() { return venue.url }
      let before = clock().machine
      guard before < limit else {
        throw Fatal(.tryAgain, "unable to find the paper venue: no venue.json: start it first")
      }
      guard try rest(until: before.advanced(byMilliseconds: 100)) else { return nil }
    }
  }

  /// Gives the listeners of an earlier life the time to connect; false when the process has to end.
  private func awaitListeners() throws -> Bool {
    let limit = clock().machine.advanced(byMilliseconds: Self.listenersMilliseconds)
    while clock().machine < limit {
      guard try rest(until: limit) else { return false }
      stream.service()
      trades.service()
    }
    return true
  }

  /// Waits while there is no feed yet; false when the process has to end.
  private func rest(until limit: MachineTime) throws -> Bool {
    let before = clock().machine
    _ = try poller.wait(
      sockets: [], descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) },
      until: min(limit, MachineTime(nanoseconds: host.deadline)), now: before)
    return !serveHost(nil, clock())
  }

  private func clock() -> FeedTime {
    FeedTime(
      machine: MachineTime(nanoseconds: Clock.machineNanoseconds()),
      wall: WallTime(milliseconds: Clock.wallMilliseconds()))
  }

  private func perform(_ effects: [FeedEffect], _ feed: FeedDriver) {
    var kept: [(Candle, isCharted: Bool)] = []
    for effect in effects {
      switch effect {
      case .publish(.trade(let trade)): trades.publish(.trade(trade))
      case .publish(let body):
        failpoint(.dataPublishBefore)
        stream.publish(body)
        failpoint(.dataPublishAfter)
      case .remember(let places): newestPlaces = places
      case .ready: host.ready()
      case .alert(let text): host.log.warning("alert", ["text": text])
      case .recall(let questions): keeping.ask(questions, feed.machine)
      case .keep(let candle, let isCharted): kept.append((candle, isCharted))
      case .request, .follow: fatalError("invariant broken: the driver asks and follows by itself")
      }
    }
    keeping.keep(kept, feed.machine)
  }

  private func rememberWhatLeft(_ now: MachineTime) {
    if let leaving, leaving.until <= now {
      remember(leaving.places)
      self.leaving = nil
    }
    guard leaving == nil, let newestPlaces else { return }
    leaving = (newestPlaces, now.advanced(byMilliseconds: Self.leaveMilliseconds))
    self.newestPlaces = nil
  }

  /// A full disk must not silence the market: after a restart candles are then repeated.
  private func remember(_ newPlaces: [SeriesID: MarketTime]) {
    do {
      failpoint(.dataPlaceBefore)
      try places.write(newPlaces)
      failpoint(.dataPlaceAfter)
      failedToRemember = false
    } catch {
      if !failedToRemember { host.log.error("place not written", ["reason": "\(error)"]) }
      failedToRemember = true
    }
  }

  /// Few a turn: whoever asks without end must not keep the heartbeat waiting.
  private static let mostSnapshotsPerTurn = 4

  private func serveSnapshots(_ machine: FeedMachine) {
    for _ in 0..<Self.mostSnapshotsPerTurn {
      guard let request = snapshots.receive() else { return }
      switch request.question {
      case .marketSnapshot(let count):
        snapshots.reply(
          to: request,
          machine.snapshot(epoch: host.epoch, sequence: stream.sequence, candles: count))
      case .replay:
        snapshots.reply(to: request, .refused("market-data answers snapshots only"))
      }
    }
  }

  /// Says what has become of recording and archive, to operators and on the stream.
  private func tellKeeping(_ machine: FeedMachine) {
    for (state, sentence) in keeping.news() {
      host.log.error("alert", ["text": sentence])
      stream.publish(
        .control(
          ControlNote(state: state, generation: host.generation, detail: sentence)))
    }
  }

  /// Returns whether the process has to end now; reading the market leaves nothing to finish.
  private func serveHost(_ machine: FeedMachine?, _ now: FeedTime) -> Bool {
    for command in host.service(now: now.machine.nanoseconds) {
      switch command {
      case .stop, .drain: return true
      case .query(let query) where query.verb == "status":
        query.answer(JSONLine.text(status(machine, now)))
      case .query(let query): query.refuse("\(query.verb): unknown; market-data answers status")
      }
    }
    return false
  }

  private func status(_ machine: FeedMachine?, _ now: FeedTime) -> [String: String] {
    var status = keeping.status
    guard let machine else { return status.merging(["candles": "0"]) { own, _ in own } }
    let newest = machine.newest
    status.merge([
      "candles": "\(machine.published)",
      "last_candle": newest.map { ISO8601.text(milliseconds: $0.openTime.milliseconds) } ?? "none",
      "last_candle_instrument": newest?.instrument.symbol ?? "none",
      "stale": "\(machine.isStale(now: now.machine))", "requests": "\(machine.requests)",
      "failures": "\(machine.failures)", "instruments": "\(machine.feeds.count)",
      "source": machine.source.rawValue, "trades": "\(machine.trades)",
      "candles_of_trades": "\(machine.traded)", "gaps": "\(machine.gaps)",
      "late_trades": "\(machine.late)", "differing_candles": "\(machine.differences)",
      "series_from_archive": "\(machine.recalledSeries)",
    ]) { own, _ in own }
    return status
  }

  private func tellStatus(_ machine: FeedMachine, _ now: FeedTime) {
    guard nextStatus <= now.machine else { return }
    nextStatus = now.machine.advanced(byMilliseconds: 250)
    for (key, value) in status(machine, now) { host.setStatus(key, value) }
  }
}
