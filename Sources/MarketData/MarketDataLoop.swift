import Daemon
import Domain
import Exchange
import Failpoint
import Wire

/// The shell around `FeedMachine`: hears and asks the venue, publishes what is new, answers
/// snapshots.
///
/// Invariants: 1. Single trades go out on a stream of their own, so that whoever wants candles is
/// not kept busy by them. 2. The place of a series is written when its candles, published before,
/// have had time to leave: a message that libzmq still holds dies with the process.
final class MarketDataLoop {
  /// How long a start waits for the paper venue to say where it is.
  private static let venueWaitMilliseconds: Int64 = 5000
  /// How long a message may take to leave, and a listener of the last life to come back.
  private static let leaveMilliseconds: Int64 = 300

  private let host: StageHost
  private let context: ZMQContext
  private let poller = Poller()
  private let stream: Publisher
  private let trades: Publisher
  private let snapshots: RequestServer
  private let places: PlaceFile
  private var machine: FeedMachine
  private var nextStatus = MachineTime(nanoseconds: 0)
  private var failedToRemember = false
  /// Places whose candles are leaving, until when, and the newest ones after them.
  private var leaving: (places: [SeriesID: MarketTime], until: MachineTime)?
  private var newestPlaces: [SeriesID: MarketTime]?

  init(_ host: StageHost) throws {
    self.host = host
    let run = try RunDirectory(host.options.requireRunDirectory())
    let settings = try FeedSettings(host)
    places = PlaceFile(stateDirectory: try host.options.requireStateDirectory())
    machine = FeedMachine(settings: settings, places: try places.read())
    context = try ZMQContext()
    stream = try Publisher(
      context: context, endpoint: run.market, source: host.stage, epoch: host.epoch)
    trades = try Publisher(
      context: context, endpoint: run.trades, source: "\(host.stage)-trades", epoch: host.epoch)
    snapshots = try RequestServer(context: context, endpoint: run.marketSnapshot)
    try host.openControlSocket()
  }

  func run() throws {
    guard let url = try awaitVenue(), try awaitListeners() else { return }
    let configured = host.configuration.venue
    let venue = try KrakenFutures(
      KrakenFutures.Settings(
        url: url, requestTimeoutMilliseconds: configured.requestTimeoutMilliseconds,
        connectTimeoutMilliseconds: configured.connectTimeoutMilliseconds),
      credentials: nil)
    let market = try openStream(url)
    decide(.tick, venue, market, at: clock())
    while true {
      let before = clock().machine
      let idle = before.advanced(byMilliseconds: 1000)
      let until = min(
        machine.wake(now: before), MachineTime(nanoseconds: host.deadline), nextStatus,
        venue.deadline ?? idle, market?.deadline ?? idle, leaving?.until ?? idle)
      let ready = try poller.wait(
        sockets: [stream.handle, trades.handle, snapshots.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) } + venue.descriptors
          + (market?.descriptors ?? []),
        until: until, now: before)
      let now = clock()
      if serveHost(now) { return }
      for report in venue.advance(ready: ready.descriptors, now: now.machine) {
        failpoint(.dataAnswerReceived)
        decide(.report(report), venue, market, at: now)
      }
      let heard = market?.advance(now: now.machine, wall: now.wall) ?? []
      decide(heard.isEmpty ? .tick : .stream(heard), venue, market, at: now)
      rememberWhatLeft(now.machine)
      serveSnapshots()
      stream.service()
      trades.service()
      tellStatus(now)
    }
  }

  /// The venue's stream; nil when the configuration wants everything asked for.
  private func openStream(_ url: String) throws -> (any MarketStream)? {
    guard host.configuration.marketData.usesStream else { return nil }
    return try KrakenFuturesStream(
      url: url,
      connectTimeoutMilliseconds: host.configuration.venue.connectTimeoutMilliseconds,
      seed: UInt64(bitPattern: Clock.wallMilliseconds()) &+ host.epoch)
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
      let until = min(
        before.advanced(byMilliseconds: 100), MachineTime(nanoseconds: host.deadline))
      _ = try poller.wait(
        sockets: [], descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) },
        until: until, now: before)
      if serveHost(clock()) { return nil }
    }
  }

  private func clock() -> FeedTime {
    FeedTime(
      machine: MachineTime(nanoseconds: Clock.machineNanoseconds()),
      wall: WallTime(milliseconds: Clock.wallMilliseconds()))
  }

  private func decide(
    _ event: FeedEvent, _ venue: KrakenFutures, _ market: (any MarketStream)?, at now: FeedTime
  ) {
    var newPlaces: [SeriesID: MarketTime]?
    for effect in machine.step(event, now: now) {
      switch effect {
      case .request(let request, let tag): venue.start(request, tag: tag)
      case .publish(.trade(let trade)): trades.publish(.trade(trade))
      case .publish(let body):
        failpoint(.dataPublishBefore)
        stream.publish(body)
        failpoint(.dataPublishAfter)
      case .follow(let instruments):
        market?.learn(instruments)
        market?.subscribe(.trades, instruments.map(\.id))
        market?.subscribe(.tickers, instruments.map(\.id))
      case .remember(let places): newPlaces = places
      case .ready: host.ready()
      case .alert(let text): host.log.warning("alert", ["text": text])
      }
    }
    if let newPlaces { newestPlaces = newPlaces }
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

  /// Gives the listeners of an earlier life the time to connect; false when the process has to end.
  private func awaitListeners() throws -> Bool {
    let limit = clock().machine.advanced(byMilliseconds: Self.leaveMilliseconds)
    while clock().machine < limit {
      let before = clock().machine
      _ = try poller.wait(
        sockets: [], descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) },
        until: min(limit, MachineTime(nanoseconds: host.deadline)), now: before)
      if serveHost(clock()) { return false }
      stream.service()
      trades.service()
    }
    return true
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

  private func serveSnapshots() {
    while let request = snapshots.receive() {
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

  /// Returns whether the process has to end now; reading the market leaves nothing to finish.
  private func serveHost(_ now: FeedTime) -> Bool {
    for command in host.service(now: now.machine.nanoseconds) {
      switch command {
      case .stop, .drain: return true
      case .query(let query) where query.verb == "status": query.answer(JSONLine.text(status(now)))
      case .query(let query): query.refuse("\(query.verb): unknown; market-data answers status")
      }
    }
    return false
  }

  private func status(_ now: FeedTime) -> [String: String] {
    let newest = machine.newest
    return [
      "candles": "\(machine.published)",
      "last_candle": newest.map { ISO8601.text(milliseconds: $0.openTime.milliseconds) } ?? "none",
      "last_candle_instrument": newest?.instrument.symbol ?? "none",
      "stale": "\(machine.isStale(now: now.machine))", "requests": "\(machine.requests)",
      "failures": "\(machine.failures)", "instruments": "\(machine.feeds.count)",
      "source": machine.source.rawValue, "trades": "\(machine.trades)",
      "candles_of_trades": "\(machine.traded)", "gaps": "\(machine.gaps)",
      "late_trades": "\(machine.late)", "differing_candles": "\(machine.differences)",
    ]
  }

  private func tellStatus(_ now: FeedTime) {
    guard nextStatus <= now.machine else { return }
    nextStatus = now.machine.advanced(byMilliseconds: 250)
    for (key, value) in status(now) { host.setStatus(key, value) }
  }
}
