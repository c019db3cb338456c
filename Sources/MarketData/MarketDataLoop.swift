import Daemon
import Domain
import Exchange
import Wire

/// The shell around `FeedMachine`: asks the venue, publishes, and answers where listeners start.
final class MarketDataLoop {
  private let host: StageHost
  private let context: ZMQContext
  private let poller = Poller()
  private let market: Publisher
  private let snapshot: RequestServer
  private let venue: KrakenFutures
  private var machine: FeedMachine
  private var tickers: [InstrumentID: TickerReading] = [:]
  private var newest: Candle?
  private var nextStatus = MachineTime(nanoseconds: 0)

  init(_ host: StageHost) throws {
    self.host = host
    let directory = try host.options.requireRunDirectory()
    let run = try RunDirectory(directory)
    context = try ZMQContext()
    market = try Publisher(
      context: context, endpoint: run.market, source: host.stage, epoch: host.epoch)
    snapshot = try RequestServer(context: context, endpoint: run.marketSnapshot)
    venue = try KrakenFutures(
      try Self.venueSettings(host, RunFiles(directory)), credentials: nil)
    machine = FeedMachine(try Self.settings(host.configuration.marketData))
    try host.openControlSocket()
  }

  private static func venueSettings(
    _ host: StageHost, _ run: RunFiles
  ) throws(Fatal) -> KrakenFutures.Settings {
    let configured = host.configuration.venue
    var url = configured.url
    if host.options.profile == .demo {
      guard let venue = try run.readVenue() else {
        throw Fatal(.tryAgain, "unable to find the paper venue: no venue.json: start it first")
      }
      url = venue.url
    }
    return KrakenFutures.Settings(
      url: url, requestTimeoutMilliseconds: configured.requestTimeoutMilliseconds,
      connectTimeoutMilliseconds: configured.connectTimeoutMilliseconds)
  }

  private static func settings(
    _ configured: MarketDataSettings
  ) throws(Fatal) -> FeedMachine.Settings {
    guard let timeframe = Timeframe(rawValue: configured.timeframe) else {
      throw Fatal(
        .badConfiguration, "unable to follow \(configured.timeframe) candles: no such timeframe")
    }
    var settings = FeedMachine.Settings()
    settings.instruments = configured.instruments.compactMap { InstrumentID($0) }
    settings.timeframe = timeframe
    settings.pollMilliseconds = configured.pollIntervalMilliseconds
    settings.historyCandles = Int(configured.historyCandles)
    settings.staleMilliseconds = configured.staleAfterMilliseconds
    return settings
  }

  func run() throws {
    perform(machine.step(.started, now: clock()))
    while true {
      let before = clock().machine
      let until = min(
        machine.wake(now: before), MachineTime(nanoseconds: host.deadline), nextStatus,
        venue.deadline ?? before.advanced(byMilliseconds: 1000))
      let ready = try poller.wait(
        sockets: [market.handle, snapshot.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) } + venue.descriptors,
        until: until, now: before)
      let now = clock()
      if serveHost(now) { return }
      for report in venue.advance(ready: ready.descriptors, now: now.machine) {
        perform(machine.step(.report(report), now: now))
      }
      perform(machine.step(.tick, now: now))
      market.service()
      serveSnapshots()
      tellStatus(now)
    }
  }

  private func clock() -> FeedTime {
    FeedTime(
      wall: WallTime(milliseconds: Clock.wallMilliseconds()),
      machine: MachineTime(nanoseconds: Clock.machineNanoseconds()))
  }

  private func perform(_ effects: [FeedEffect]) {
    for effect in effects {
      switch effect {
      case .request(let request, let tag): venue.start(request, tag: tag)
      case .instrument(let instrument): market.publish(.instrument(instrument))
      case .ticker(let ticker, let readAt):
        tickers[ticker.instrument] = TickerReading(ticker: ticker, readAt: readAt)
        market.publish(.ticker(ticker, readAt: readAt))
      case .candle(let candle):
        newest = candle
        market.publish(.candle(candle))
      case .hole(let id, let from, let missing):
        let detail = "\(id) from \(ISO8601.text(milliseconds: from.milliseconds)): \(missing)"
        host.log.warning("the venue has no candles", ["instrument": detail])
        market.publish(
          .control(ControlNote(state: "hole", generation: host.generation, detail: detail)))
      case .ready: host.ready()
      case .alert(let text): host.log.error("alert", ["text": text])
      }
    }
  }

  private func serveSnapshots() {
    while let request = snapshot.receive() {
      guard case .marketSnapshot(let count) = request.question else {
        snapshot.reply(to: request, .refused("market-data answers snapshots only"))
        continue
      }
      let followed = machine.followed.sorted { $0.key < $1.key }.map(\.value)
      snapshot.reply(
        to: request,
        StreamReply(
          epoch: host.epoch, sequence: market.sequence, instruments: followed.map(\.instrument),
          candles: followed.flatMap { $0.candles.suffix(count) },
          tickers: tickers.sorted { $0.key < $1.key }.map(\.value)))
    }
  }

  /// Returns whether the process has to end now.
  private func serveHost(_ now: FeedTime) -> Bool {
    for command in host.service(now: now.machine.nanoseconds) {
      switch command {
      case .drain, .stop: return true
      case .query(let query): query.refuse("\(query.verb): ask `interlock status`")
      }
    }
    return false
  }

  private func tellStatus(_ now: FeedTime) {
    guard nextStatus <= now.machine else { return }
    nextStatus = now.machine.advanced(byMilliseconds: 250)
    host.setStatus("candles", "\(machine.published)")
    host.setStatus("instruments", "\(machine.followed.count)")
    host.setStatus("stale", "\(machine.isStale(now: now.machine))")
    host.setStatus("requests", "\(machine.requests)")
    host.setStatus("failures", "\(machine.failures)")
    guard let newest else { return }
    host.setStatus("last_candle", ISO8601.text(milliseconds: newest.openTime.milliseconds))
    host.setStatus("last_candle_instrument", newest.instrument.symbol)
  }
}
