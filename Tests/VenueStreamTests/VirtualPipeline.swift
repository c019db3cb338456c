import Domain
import SimulatedVenue
import Testing
import Wire

@testable import Exchange
@testable import MarketData
@testable import PaperVenue

/// The venue's hub, a session and a feed in one virtual time, with faults in between.
struct VirtualPipeline {
  struct Chances: Sendable {
    /// Once in so many turns, requests, frames; 0 for never.
    var kill: Int64 = 0
    var restFails: Int64 = 0
    var frameTwice: Int64 = 0
    var framesSwapped: Int64 = 0
    var gap: Int64 = 0
    var drop: Int64 = 0
    var stall: Int64 = 0
    var delay: Int64 = 0
  }

  /// Wall milliseconds of one turn.
  static let turn: Int64 = 50

  var source: VirtualMarket
  private var hub: WebSocketHub
  private(set) var session: SocketMachine
  private(set) var feed: FeedMachine
  private var settings: FeedSettings
  var chances: Chances
  private var random: Seeded
  private var opened: [UInt64] = []
  private var link: UInt64?
  private var linkBase = 0
  private var answers: [(at: Int64, tag: UInt64, request: VenueRequest)] = []
  private var places: [SeriesID: MarketTime] = [:]
  private(set) var lives = 1
  private(set) var events: [StreamEvent] = []
  private(set) var notes: [ControlNote] = []
  private(set) var tickerAges: [Int64] = []
  /// What a listener has, each once and in order; the first copy counts, others must be the same.
  private(set) var downstream: [SeriesID: [Candle]] = [:]
  private(set) var contradictions: [Candle] = []
  var wantsBook = false

  init(
    _ symbols: [String] = ["PF_XBTUSD", "PF_ETHUSD"], speed: Int64, seed: UInt64,
    chances: Chances = Chances(), further: [Timeframe] = []
  ) throws {
    source = try VirtualMarket(symbols, speed: speed, seed: seed)
    random = Seeded(seed &+ 99)
    self.chances = chances
    settings = FeedSettings()
    settings.usesStream = true
    settings.historyCandles = 20
    settings.furtherTimeframes = further
    var faults = ChanceFaults(random: Seeded(seed &+ 7))
    faults.gapOnce = chances.gap
    faults.dropOnce = chances.drop
    faults.stallOnce = chances.stall
    faults.delayOnce = chances.delay
    hub = WebSocketHub(
      contracts: source.markets.mapValues(\.contract), account: "a", seed: seed, faults: faults
    ) { _, _, _ in false }
    session = SocketMachine(seed: seed)
    feed = FeedMachine(settings: settings, places: [:])
  }

  var faults: ChanceFaults? { hub.outbox.faults as? ChanceFaults }

  /// From here on nothing goes wrong.
  mutating func calm() {
    chances = Chances()
    hub.outbox.faults = NoWebSocketFaults()
  }

  mutating func run(_ milliseconds: Int64) {
    for _ in 0..<(milliseconds / Self.turn) { turn() }
  }

  private var time: FeedTime {
    FeedTime(
      machine: MachineTime(nanoseconds: (1_000_000 + source.elapsed) * 1_000_000),
      wall: source.wall)
  }

  private mutating func turn() {
    source.elapsed += Self.turn
    if random.once(in: chances.kill) { restart() }
    hub.advance(source: &source, now: source.wall)
    for id in opened where id == link { step(.opened(id)) }
    opened = []
    deliver()
    let due = answers.filter { $0.at <= source.elapsed }
    answers.removeAll { $0.at <= source.elapsed }
    for (_, tag, request) in due {
      let outcome: VenueOutcome =
        random.once(in: chances.restFails)
        ? .ambiguous(why: "503") : source.answer(request)
      perform(
        feed.step(
          .report(VenueReport(tag: tag, outcome: outcome, serverTime: nil)), now: time))
    }
    step(.tick)
    deliver()
    perform(feed.step(.tick, now: time))
  }

  /// The process ends at once and begins again with what it had written.
  private mutating func restart() {
    lives += 1
    if let link { hub.disconnect(client(link)) }
    link = nil
    linkBase += 1_000_000
    opened = []
    answers = []
    session = SocketMachine(seed: UInt64(lives))
    feed = FeedMachine(settings: settings, places: places)
  }

  private func client(_ id: UInt64) -> Int { linkBase + Int(id) }

  // MARK: - The socket

  private mutating func step(_ event: SocketEvent) {
    let now = SocketTime(machine: time.machine, wall: time.wall)
    var told: [StreamEvent] = []
    for effect in session.step(event, now: now) {
      switch effect {
      case .connect(let id):
        guard hub.connect(client(id), now: source.wall) else { continue }
        link = id
        opened.append(id)
      case .close(let id):
        hub.disconnect(client(id))
        if link == id { link = nil }
      case .send(let id, let text):
        hub.receive(text, from: client(id), source: &source, now: source.wall)
      case .ping: break
      case .tell(let event): told.append(event)
      }
    }
    events += told.filter { if case .ticker = $0 { false } else { true } }
    if !told.isEmpty { perform(feed.step(.stream(told), now: time)) }
  }

  private mutating func deliver() {
    while true {
      var deliveries = hub.outbox.take()
      guard !deliveries.isEmpty else { return }
      if deliveries.count > 1, random.once(in: chances.framesSwapped) {
        let index = Int(random.below(Int64(deliveries.count - 1)))
        deliveries.swapAt(index, index + 1)
      }
      for delivery in deliveries {
        guard let link, delivery.connection == client(link) else { continue }
        switch delivery.action {
        case .send(let text):
          step(.message(link, Array(text.utf8)))
          if random.once(in: chances.frameTwice) { step(.message(link, Array(text.utf8))) }
        case .drop:
          hub.disconnect(delivery.connection)
          step(.closed(link, why: "cut"))
        }
      }
    }
  }

  // MARK: - The feed

  private mutating func perform(_ effects: [FeedEffect]) {
    for effect in effects {
      switch effect {
      case .request(let request, let tag):
        answers.append((source.elapsed + random.below(200), tag, request))
      case .publish(let body): hear(body)
      case .follow(let instruments):
        session.learn(instruments)
        step(.subscribe(.trades, instruments.map(\.id)))
        step(.subscribe(.tickers, instruments.map(\.id)))
        if wantsBook { step(.subscribe(.book, instruments.map(\.id))) }
      case .remember(let places): self.places = places
      case .ready, .alert, .recall, .keep: break
      }
    }
  }

  private mutating func hear(_ body: StreamBody) {
    switch body {
    case .candle(let candle):
      let id = SeriesID(candle.instrument, candle.timeframe)
      let heard = downstream[id] ?? []
      if let last = heard.last, candle.openTime <= last.openTime {
        // Repeated after a kill.
        if !heard.contains(candle) { contradictions.append(candle) }
        return
      }
      downstream[id] = heard + [candle]
    case .control(let note): notes.append(note)
    case .ticker(_, let readAt):
      tickerAges.append(source.wall.milliseconds - readAt.milliseconds)
    default: break
    }
  }

  /// The venue's own depth of an instrument, and the number of its last change.
  func depth(_ id: InstrumentID) -> (book: DepthBook, number: Int64)? {
    hub.streams[id].map { ($0.book, $0.sequence) }
  }
}
