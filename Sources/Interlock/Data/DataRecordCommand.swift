import Archive
import ArgumentParser
import Daemon
import Domain
import Glibc
import MarketData

/// `interlock data record FOLDER`.
struct DataRecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Record what a venue says in public, until Ctrl-C.",
    discussion: """
      Everything market-data would hear is written down with both clocks: frames of the stream, \
      answers of REST, and when each was taken. It needs no key and no running pipeline; \
      market_data.record records in a pipeline. Exit code 1 when something was not kept, 75 when \
      the venue was not reached.
      Exit codes: 0 recorded, 1 something was not kept, 64 misuse, 75 the venue was not reached, \
      78 the folder cannot be written.
      Example: interlock data record btc --symbol PF_XBTUSD --for 60s
      """)

  @Argument(help: ArgumentHelp("The folder to record into.", valueName: "folder"))
  var folder: String

  @Option(help: ArgumentHelp("The venue (default: venue.url).", valueName: "url"))
  var url: String?

  @Option(help: "Only this instrument; may be repeated (default: all that are tradeable).")
  var symbol: [String] = []

  @Option(help: "The candles that are asked for beside the stream.")
  var timeframe = "1m"

  @Option(help: "The oldest files go beyond so many megabytes, 16 to 1048576.")
  var maxMb = 4096

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("End after so long: 30s, 5m (default: Ctrl-C).", valueName: "time"))
  var duration: RunDuration?

  @OptionGroup var output: JSONFlag

  func validate() throws {
    guard (16...1_048_576).contains(maxMb) else {
      throw ValidationError("--max-mb: \(maxMb) is out of bounds, 16 to 1048576")
    }
    guard Timeframe(rawValue: timeframe) != nil else {
      let known = Timeframe.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--timeframe: \(timeframe): one of \(known)")
    }
    for symbol in symbol where InstrumentID(symbol) == nil {
      throw ValidationError("--symbol: \(symbol) is no instrument")
    }
  }

  func run() throws {
    let signals = try SignalDescriptor()
    let folder = Directories.absolute(folder)
    try Folder.prepare(folder, flag: "FOLDER")
    let address = url ?? Configuration.defaults(profile: .live).venue.url
    let recording: FeedRecording
    do {
      recording = try FeedRecording(
        url: address, folder: folder, megabytes: maxMb,
        instruments: symbol.compactMap { InstrumentID($0) },
        timeframe: Timeframe(rawValue: timeframe) ?? .oneMinute)
    } catch {
      throw Fatal(
        .misuse, "unable to record \(address): \(error): give --url such as https://HOST:PORT")
    }
    let end = duration.map {
      MachineTime(nanoseconds: Clock.machineNanoseconds()).advanced(
        byMilliseconds: $0.milliseconds)
    }
    let outcome = try recording.run(
      until: end, descriptor: signals.descriptor,
      mustEnd: { signals.receive().contains { $0 == SIGINT || $0 == SIGTERM } },
      told: { Output.write("interlock: record: \($0)\n", to: STDERR_FILENO) })
    print(output.json ? json(outcome, folder) : plain(outcome, folder))
    guard outcome.stopped == nil, outcome.dropped == 0 else { StageHost.leave(.no) }
    StageHost.leave(outcome.instruments == 0 ? .tryAgain : .done)
  }

  private func plain(_ outcome: FeedRecording.Outcome, _ folder: String) -> String {
    let kept = "\(outcome.messages) messages of \(outcome.instruments) instruments in \(folder)"
    let heard = "\(outcome.trades) trades, \(outcome.candles) candles, \(outcome.gaps) gaps"
    return "recorded \(kept): \(heard)"
      + (outcome.dropped == 0 ? "" : "; \(outcome.dropped) messages were not kept")
      + (outcome.stopped.map { "; \($0)" } ?? "")
  }

  private func json(_ outcome: FeedRecording.Outcome, _ folder: String) -> String {
    var object: [String: Any] = [
      "folder": folder, "messages": outcome.messages, "dropped": outcome.dropped,
      "instruments": outcome.instruments, "trades": outcome.trades, "candles": outcome.candles,
      "gaps": outcome.gaps,
    ]
    object["stopped"] = outcome.stopped
    return JSONText.line(object)
  }
}
