import ArgumentParser
import Daemon
import Domain
import Glibc
import Wire

struct TapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tap",
    abstract: "Show what flows; never slows the pipeline, says what it missed.",
    discussion: "Streams: trades candles tickers signals decisions orders control all.")

  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag
  @Argument(help: "What to show.") var streams: [String]
  @Option(help: "End after so many messages.") var count: Int?
  @Option(help: "Only this instrument.") var symbol: String?

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
  }

  func run() throws {
    _ = try directory.ask("supervisor", "status")
    let signals = try SignalDescriptor()
    let endpoints = try RunDirectory(directory.path)
    let context = try ZMQContext()
    let tap = try Subscriber(context: context, endpoints: [endpoints.tap])
    let market = try RequestClient(context: context, endpoint: endpoints.marketSnapshot)
    let poller = Poller()
    var formatter = TapFormatter(json: output.json, symbol: symbol.flatMap { InstrumentID($0) })
    let wanted = streams.contains("all") ? Set(TapFormatter.streams) : Set(streams)
    try learnInstruments(market, poller, &formatter)
    var left = count ?? .max
    var nextLook = Self.now.advanced(byMilliseconds: Self.lookInterval)
    while left > 0 {
      let now = Self.now
      _ = try poller.wait(
        sockets: [tap.handle],
        descriptors: [PollDescriptor(descriptor: signals.descriptor)],
        until: nextLook, now: now)
      if signals.receive().contains(where: { $0 == SIGINT || $0 == SIGTERM }) { return }
      while left > 0, let reception = tap.receive() {
        guard let line = formatter.line(reception, wanted: wanted) else { continue }
        // A reader that is gone (a closed pipe) ends the tap, nothing else.
        guard line.text.withCString({ puts($0) }) >= 0, fflush(nil) == 0 else { return }
        if line.counts { left -= 1 }
      }
      if nextLook <= Self.now {
        try lookForPipeline()
        nextLook = Self.now.advanced(byMilliseconds: Self.lookInterval)
      }
    }
  }

  private static let lookInterval: Int64 = 1000
  private static let askInterval: Int64 = 100
  private static let learnPatience: Int64 = 2000

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
