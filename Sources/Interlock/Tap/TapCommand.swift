import ArgumentParser
import Daemon
import Domain
import Glibc
import Wire

struct TapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tap",
    abstract: "Show what flows; never slows the pipeline, says what it missed.",
    discussion: """
      Streams: trades candles tickers signals decisions orders control all. With --json or --to \
      each message is one JSON object a line (docs/taps.md); a gap is {"gap":N,"source":NAME}. \
      --since N begins with the ledger's events from number N on, which only the stream orders \
      has: what happened while nobody listened.
      Exit codes: 0 Ctrl-C, --count reached or nobody reads any more; 1 the file of --to exists; \
      64 misuse; 69 not running; 75 the router does not answer --since, or no room for --to; \
      78 --to cannot be written.
      Example: interlock tap orders --since 1 --filter type=fill --json
      """)

  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
  @Argument(help: "What to show.", completion: .list(TapFormatter.streams + ["all"]))
  var streams: [String]
  @Option(help: "End after so many messages (default: never).") var count: Int?
  @Option(help: "Only this instrument (default: all).") var symbol: String?
  @Option(
    help: ArgumentHelp(
      "Only messages with this field; may be repeated: values of one field are alternatives, "
        + "fields must all fit.", valueName: "field=value"))
  var filter: [String] = []
  @Option(
    help: ArgumentHelp(
      "Ledger events from this number on first (default: none).", valueName: "number"))
  var since: Int64?
  @Option(
    help: ArgumentHelp(
      "Write JSON lines to this new file (default: standard output).", valueName: "file"))
  var to: String?

  func validate() throws {
    guard !streams.isEmpty else { throw ValidationError("say which streams") }
    for stream in streams where !TapFormatter.streams.contains(stream) && stream != "all" {
      throw ValidationError(
        "\(stream): no such stream: one of \(TapFormatter.streams.joined(separator: ", ")), all")
    }
    if let count, count < 1 {
      throw ValidationError("--count: \(count) is too small, at least 1")
    }
    if let symbol, InstrumentID(symbol) == nil {
      throw ValidationError("--symbol: \(symbol) is no instrument")
    }
    guard TapFilter(filter) != nil else {
      throw ValidationError("--filter: \(filter.joined(separator: " ")): give field=value")
    }
    if let since {
      guard since >= 1 else { throw ValidationError("--since: \(since) is too small, at least 1") }
      guard streams.contains("orders") || streams.contains("all") else {
        throw ValidationError("--since: only the stream orders has a past: tap orders")
      }
    }
  }

  func run() throws {
    _ = try directory.ask("supervisor", "status")
    let sink = try TapSink(file: to.map(Directories.absolute))
    let signals = try SignalDescriptor()
    let endpoints = try RunDirectory(directory.path)
    let context = try ZMQContext()
    let tap = try Subscriber(context: context, endpoints: [endpoints.tap])
    let market = try RequestClient(context: context, endpoint: endpoints.marketSnapshot)
    let poller = Poller()
    var formatter = TapFormatter(
      json: output.json || to != nil, symbol: symbol.flatMap { InstrumentID($0) },
      filter: TapFilter(filter) ?? .none)
    let wanted = streams.contains("all") ? Set(TapFormatter.streams) : Set(streams)
    try learnInstruments(market, poller, &formatter)
    var left = count ?? .max
    var backlog = LedgerBacklog(from: since ?? 1)
    if since != nil {
      let router = try RequestClient(context: context, endpoint: endpoints.replay)
      try backlog.read(router, poller) { message in
        guard left > 0, let line = formatter.line(.message(message), wanted: wanted) else {
          return left > 0
        }
        sink.add(line.text)
        left -= 1
        return try !sink.isFull || sink.flush()
      }
      guard try sink.flush() else { return }
    }
    var nextLook = Self.now.advanced(byMilliseconds: Self.lookInterval)
    while left > 0 {
      let now = Self.now
      _ = try poller.wait(
        sockets: [tap.handle],
        descriptors: [PollDescriptor(descriptor: signals.descriptor)],
        until: nextLook, now: now)
      if signals.receive().contains(where: { $0 == SIGINT || $0 == SIGTERM }) { return }
      while left > 0, let reception = tap.receive() {
        if since != nil, Self.event(reception).map(backlog.isNew) == false { continue }
        guard let line = formatter.line(reception, wanted: wanted) else { continue }
        sink.add(line.text)
        if line.counts { left -= 1 }
        if sink.isFull { break }
      }
      // A reader that is gone (a closed pipe) ends the tap, nothing else.
      guard try sink.flush() else { return }
      if nextLook <= Self.now {
        try lookForPipeline()
        nextLook = Self.now.advanced(byMilliseconds: Self.lookInterval)
      }
    }
  }

  private static let lookInterval: Int64 = 1000
  private static let askInterval: Int64 = 100
  private static let learnPatience: Int64 = 2000

  private static func event(_ reception: Subscriber.Reception) -> LedgerEvent? {
    guard case .message(let message) = reception, case .relayed(let inner) = message.body,
      case .event(let event) = inner.body
    else { return nil }
    return event
  }

  /// Asks for the instruments, which give ticks and lots their meaning.
  ///
  /// What is tapped meanwhile waits. Without market-data the numbers are told in ticks.
  private func learnInstruments(
    _ market: RequestClient, _ poller: Poller, _ formatter: inout TapFormatter
  ) throws {
    let end = Self.now.advanced(byMilliseconds: Self.learnPatience)
    while Self.now < end {
      // A question asked before the connection stands is lost, so it is repeated.
      _ = market.ask(.marketSnapshot(candles: 1))
      let now = Self.now
      _ = try poller.wait(
        sockets: [market.handle], descriptors: [],
        until: now.advanced(byMilliseconds: Self.askInterval), now: now)
      while let answer = market.receive() {
        if answer.reply.instruments.isEmpty { continue }
        return formatter.learn(answer.reply.instruments)
      }
    }
  }

  private static var now: MachineTime { MachineTime(nanoseconds: Clock.machineNanoseconds()) }

  /// Ends a tap whose pipeline is gone; one that is only busy is waited for.
  private func lookForPipeline() throws(Fatal) {
    do throws(Fatal) {
      _ = try directory.ask("supervisor", "status")
    } catch {
      if error.code == .notRunning { throw error }
    }
  }
}
