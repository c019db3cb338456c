// Measures what ops/bench feed promises: what of a core the feed of 300 instruments takes, and how
// much memory. Compiled together with the session and the feed; no network takes part.
import Domain
import Glibc
import Wire

@main
enum FeedBench {
  private static let products = 300
  /// Messages a second of one instrument: trades, and tickers beside them.
  private static let trades = 90
  private static let tickers = 10
  /// Turns of the loop a second.
  private static let turns = 200
  private static let start: Int64 = 1_795_564_800_000

  private static func demand<Value>(_ value: Value?) -> Value {
    guard let value else { fatalError("the bench's own values are possible") }
    return value
  }

  private static let instruments: [Instrument] = (0..<products).map { index in
    let tick = demand(ExactDecimal("0.5"))
    let lot = demand(ExactDecimal("0.0001"))
    return demand(
      Instrument(
        id: demand(InstrumentID("PF_C\(index)USD")), tickSize: tick, lotSize: lot,
        maxPosition: Quantity(lots: 1_000_000), initialMargin: lot,
        makerProtectionMilliseconds: 0, tradeable: true))
  }

  private static func cpu() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  private static func resident() -> (now: Int, peak: Int) {
    guard let file = fopen("/proc/self/status", "r") else { return (0, 0) }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    var found = (now: 0, peak: 0)
    while fgets(&line, 256, file) != nil {
      let text = String(cString: line)
      let number = Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
      if text.hasPrefix("VmRSS:") {
        found.now = Int(text.filter(\.isNumber)) ?? number
      } else if text.hasPrefix("VmHWM:") {
        found.peak = Int(text.filter(\.isNumber)) ?? number
      }
    }
    return found
  }

  static func main() {
    let seconds = Int(CommandLine.arguments.dropFirst().first ?? "") ?? 30
    var feed = Driven(instruments, start: start)
    feed.begin()
    let idle = resident().now
    // Frames of one second at a time, made outside what is measured.
    var numbers = [Int](repeating: 0, count: products)
    var made = 0.0
    let before = cpu()
    for second in 0..<seconds {
      let making = cpu()
      let frames = self.frames(second, &numbers)
      made += cpu() - making
      for turn in 0..<turns {
        let share = frames.count / turns
        feed.turn(
          frames[(turn * share)..<((turn + 1) * share)],
          at: Int64(second) * 1000 + Int64(turn * 1000 / turns))
      }
    }
    let spent = cpu() - before - made
    let share = spent / Double(seconds) * 100
    let memory = resident()
    let total = products * (trades + tickers)
    guard feed.published > total * seconds * 8 / 10, feed.refused == 0 else {
      fatalError("\(feed.published) published, \(feed.refused) refused: the bench is wrong")
    }
    print(
      "bench: \(products) instruments, \(trades) trades and \(tickers) tickers a second each, "
        + "\(turns) turns a second, \(seconds) s of market")
    print("bench: published \(feed.published), of them \(feed.candles) candles")
    print("bench: \(Double(Int(share * 10)) / 10) % of one core; goal 60")
    print(
      "bench: \(memory.now / 1024) MB resident, peak \(memory.peak / 1024), after the start "
        + "\(idle / 1024); goal 150")
  }

  private static func frames(_ second: Int, _ numbers: inout [Int]) -> [[UInt8]] {
    var frames: [[UInt8]] = []
    frames.reserveCapacity(products * (trades + tickers))
    for step in 0..<(trades + tickers) {
      let time = start + Int64(second) * 1000 + Int64(step * 1000 / (trades + tickers))
      for product in 0..<products {
        if step % (trades + tickers) * tickers % (trades + tickers) < tickers {
          frames.append(Array(ticker(product, time).utf8))
        } else {
          numbers[product] += 1
          frames.append(Array(trade(product, numbers[product], time).utf8))
        }
      }
    }
    return frames
  }

  private static func trade(_ product: Int, _ number: Int, _ time: Int64) -> String {
    #"{"feed":"trade","product_id":"PF_C\#(product)USD","#
      + #""uid":"05af78ac-a774-478c-a50c-8b9c23\#(100_000 + number % 900_000)","#
      + #""side":"sell","type":"fill","seq":\#(number),"time":\#(time),"#
      + #""qty":0.15,"price":\#(50_000 + number % 9).5}"#
  }

  private static func ticker(_ product: Int, _ time: Int64) -> String {
    #"{"time":\#(time),"product_id":"PF_C\#(product)USD","funding_rate":-3.47e-05,"#
      + #""funding_rate_prediction":-6.1e-05,"relative_funding_rate":-1.0e-09,"#
      + #""relative_funding_rate_prediction":-1.7e-09,"next_funding_rate_time":1795568400000,"#
      + #""feed":"ticker","bid":50000.5,"ask":50001.0,"bid_size":150.0,"ask_size":24.9,"#
      + #""volume":12575.0,"dtm":0,"leverage":"50x","index":50001.2,"premium":0.1,"#
      + #""last":50000.5,"change":2.3,"suspended":false,"tag":"perpetual","#
      + #""pair":"C\#(product):USD","openInterest":30072580.0,"markPrice":50000.5,"#
      + #""maturityTime":0,"post_only":false,"volumeQuote":1275.4}"#
  }
}

/// Session and feed as `FeedDriver` drives them, with a chart that always answers.
struct Driven {
  private var session: SocketMachine
  private var feed: FeedMachine
  private let instruments: [Instrument]
  private let start: Int64
  private var answers: [VenueReport] = []
  private var told: [StreamEvent] = []
  private var market: Int64 = 0
  private(set) var published = 0
  private(set) var candles = 0
  var refused: UInt64 { session.malformed }

  init(_ instruments: [Instrument], start: Int64) {
    self.instruments = instruments
    self.start = start
    session = SocketMachine(seed: 1)
    var settings = FeedSettings()
    settings.usesStream = true
    settings.furtherTimeframes = [.fifteenMinutes]
    settings.repeatMilliseconds = 1000
    feed = FeedMachine(settings: settings, places: [:])
  }

  private func time(_ milliseconds: Int64) -> FeedTime {
    FeedTime(
      machine: MachineTime(nanoseconds: (100_000 + milliseconds) * 1_000_000),
      wall: WallTime(milliseconds: start + milliseconds))
  }

  /// Loads the history of every series.
  mutating func begin() {
    for turn in 0..<4000 {
      let heartbeat = Array(#"{"feed":"heartbeat","time":\#(start + Int64(turn - 4000) * 5)}"#.utf8)
      self.turn(turn % 200 == 0 ? [heartbeat] : [], at: Int64(turn - 4000) * 5)
    }
    guard feed.isReady else { fatalError("the feed has not loaded") }
  }

  mutating func turn(_ frames: ArraySlice<[UInt8]>, at milliseconds: Int64) {
    let now = time(milliseconds)
    market = start + milliseconds
    let reports = answers
    answers = []
    for report in reports { perform(feed.step(.report(report), now: now)) }
    told.removeAll(keepingCapacity: true)
    let socket = SocketTime(machine: now.machine, wall: now.wall)
    for frame in frames {
      hear(session.step(.message(session.connection, frame), now: socket), now)
    }
    hear(session.step(.tick, now: socket), now)
    perform(feed.step(told.isEmpty ? .tick : .stream(told), now: now))
    _ = feed.wake(now: now.machine)
  }

  private mutating func hear(_ effects: [SocketEffect], _ now: FeedTime) {
    for effect in effects {
      switch effect {
      case .tell(let event): told.append(event)
      case .connect(let id):
        hear(
          session.step(.opened(id), now: SocketTime(machine: now.machine, wall: now.wall)), now)
      case .send(_, let text): answer(text, now)
      case .close(let id): fatalError("connection \(id) was closed")
      case .ping: break
      }
    }
  }

  /// The venue's confirmations, as far as the session waits for them.
  private mutating func answer(_ text: String, _ now: FeedTime) {
    let socket = SocketTime(machine: now.machine, wall: now.wall)
    for feed in ["trade", "ticker"] where text.contains(#""feed":"\#(feed)""#) {
      for instrument in instruments where text.contains("\"\(instrument.id)\"") {
        let confirmed =
          #"{"event":"subscribed","feed":"\#(feed)","product_ids":["\#(instrument.id)"]}"#
        hear(session.step(.message(session.connection, Array(confirmed.utf8)), now: socket), now)
        guard feed == "trade" else { continue }
        let snapshot =
          #"{"feed":"trade_snapshot","product_id":"\#(instrument.id)","trades":[]}"#
        hear(session.step(.message(session.connection, Array(snapshot.utf8)), now: socket), now)
      }
    }
  }

  private mutating func perform(_ effects: [FeedEffect]) {
    for effect in effects {
      switch effect {
      case .publish(let body):
        published += 1
        if case .candle = body { candles += 1 }
      case .request(let request, let tag):
        answers.append(VenueReport(tag: tag, outcome: answer(request), serverTime: nil))
      case .follow(let list):
        session.learn(list)
        let now = time(market - start)
        let socket = SocketTime(machine: now.machine, wall: now.wall)
        for channel in [StreamChannel.trades, .tickers] {
          hear(session.step(.subscribe(channel, list.map(\.id)), now: socket), now)
        }
      case .remember, .ready, .alert, .recall, .keep: break
      }
    }
  }

  private func answer(_ request: VenueRequest) -> VenueOutcome {
    let price = Price(ticks: 100_000)
    switch request {
    case .instruments: return .answer(.instruments(instruments))
    case .tickers:
      return .answer(
        .tickers(
          instruments.map {
            Ticker(
              instrument: $0.id, time: MarketTime(milliseconds: market), bid: price, ask: price,
              last: price, mark: price)
          }))
    case .candles(let id, let timeframe, let from, _):
      let length = timeframe.milliseconds
      var bars: [Candle] = []
      var open = (from.milliseconds + length - 1) / length * length
      while open <= market, bars.count < 2000 {
        if let bar = Candle(
          instrument: id, timeframe: timeframe, openTime: MarketTime(milliseconds: open),
          open: price, high: price, low: price, close: price, volume: Quantity(lots: 5))
        {
          bars.append(bar)
        }
        open += length
      }
      return .answer(.candles(bars))
    default: return .refused(word: "not asked for")
    }
  }
}
