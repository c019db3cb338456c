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
      --since N begins with what happened while nobody listened: of `tap orders` alone with the \
      ledger's event number N, however long ago; of other streams with the line whose field tap is \
      N, as far back as tap-relay remembers (8 MiB). What it has forgotten is a gap.
      Exit codes: 0 Ctrl-C, --count reached or nobody reads any more; 1 the file of --to exists; \
      64 misuse; 69 not running; 75 nobody answers --since, or no room for --to; \
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
      "First what happened from this number on (default: only the present).", valueName: "number"))
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
    if let since, since < 1 {
      throw ValidationError("--since: \(since) is too small, at least 1")
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
    let formatter = TapFormatter(
      json: output.json || to != nil, symbol: symbol.flatMap { InstrumentID($0) },
      filter: TapFilter(filter) ?? .none)
    let wanted = streams.contains("all") ? Set(TapFormatter.streams) : Set(streams)
    let lines = TapOutput(formatter, wanted: wanted, sink: sink, count: count)
    try learnInstruments(market, poller, lines)
    let hear = try past(wanted, lines, context, poller, endpoints)
    try lines.flush()
    var nextLook = Self.now.advanced(byMilliseconds: Self.lookInterval)
    while lines.isOpen {
      let now = Self.now
      _ = try poller.wait(
        sockets: [tap.handle],
        descriptors: [PollDescriptor(descriptor: signals.descriptor)],
        until: nextLook, now: now)
      if signals.receive().contains(where: { $0 == SIGINT || $0 == SIGTERM }) { return }
      for _ in 0..<Self.messagesPerTurn where lines.isOpen {
        guard let reception = tap.receive() else { break }
        try hear(reception)
      }
      try lines.flush()
      if nextLook <= Self.now {
        try lookForPipeline()
        nextLook = Self.now.advanced(byMilliseconds: Self.lookInterval)
      }
    }
  }

  /// Shows what --since asks for; returns what shows the present after it.
  private func past(
    _ wanted: Set<String>, _ lines: TapOutput, _ context: ZMQContext, _ poller: Poller,
    _ endpoints: RunDirectory
  ) throws -> (Subscriber.Reception) throws -> Void {
    guard let since else { return { reception in try lines.show(reception) } }
    guard wanted == ["orders"] else {
      let relay = ControlClient(socket: RunFiles(directory.path).controlSocket("tap-relay"))
      var backlog = RelayBacklog(from: UInt64(since), relay)
      try backlog.read { try lines.show($0) }
      return { reception in try backlog.join(reception) { try lines.show($0) } }
    }
    var backlog = LedgerBacklog(from: since)
    let router = try RequestClient(context: context, endpoint: endpoints.replay)
    try backlog.read(router, poller) { try lines.show(.message($0)) }
    let newest = backlog
    return { reception in
      if Self.event(reception).map(newest.isNew) != false { try lines.show(reception) }
    }
  }

  private static let lookInterval: Int64 = 1000
  private static let messagesPerTurn = 10_000
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
    _ market: RequestClient, _ poller: Poller, _ lines: TapOutput
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
        return lines.learn(answer.reply.instruments)
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
