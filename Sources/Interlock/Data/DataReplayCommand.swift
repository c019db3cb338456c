import Archive
import ArgumentParser
import Daemon
import Domain
import Glibc
import MarketData
import Wire

/// `interlock data replay FOLDER`.
struct DataReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Run a recording through market-data's own feed again.",
    discussion: """
      Prints what the feed publishes, as JSON lines like those of interlock tap --json, and at the \
      end on standard error whether that is, bit for bit, what was published when it was recorded. \
      Exit code 1 when it is not, or cannot be known: torn files, messages that were not kept, a \
      life without its start. With --raw the messages themselves are printed instead.
      Exit codes: 0 the same, bit for bit; 1 not, or it cannot be known; 64 misuse; 78 no recording.
      Example: interlock data replay btc --stream candles --speed 60
      """)

  static let streams = ["candles", "tickers", "trades", "control"]

  @Argument(help: ArgumentHelp("The folder that was recorded into.", valueName: "folder"))
  var folder: String

  @Option(help: "Seconds of the recording per second, above 0 (default: without waiting).")
  var speed: Double?

  @Option(help: "Only this of candles, tickers, trades, control; may be repeated.")
  var stream: [String] = []

  @Flag(help: "Print the messages as they came.")
  var raw = false

  @Option(help: "With --raw: only this channel (default: all).")
  var channel: String?

  @OptionGroup var output: JSONFlag

  func validate() throws {
    if channel != nil, !raw { throw ValidationError("--channel needs --raw") }
    for stream in stream where !Self.streams.contains(stream) {
      throw ValidationError(
        "--stream: \(stream): one of \(Self.streams.joined(separator: ", "))")
    }
    guard let speed else { return }
    guard speed.isFinite, speed > 0 else {
      throw ValidationError("--speed: \(speed) is no number above 0")
    }
  }

  func run() throws {
    var reader: RecordingReader
    do {
      reader = try RecordingReader(folder: folder)
    } catch {
      throw Fatal(.badConfiguration, error.description)
    }
    let isWhole = raw ? printMessages(&reader) : replay(&reader)
    StageHost.leave(isWhole ? .done : .no)
  }

  private func replay(_ reader: inout RecordingReader) -> Bool {
    var pace = ReplayPace(speed: speed)
    var feed = FeedReplay()
    var lines = ReplayLines(stream.isEmpty ? Set(Self.streams) : Set(stream))
    while let item = reader.next() {
      if case .message(let message) = item { pace.wait(for: message) }
      for event in feed.take(item) {
        switch event {
        case .began(let start): lines.begin(start)
        case .published(let body):
          if let line = lines.line(body) { Output.write(line + "\n", to: STDOUT_FILENO) }
        case .ended(let why): warn(why)
        }
      }
    }
    let digits = String(feed.tally.digest, radix: 16)
    warn(
      "\(feed.lives) \(feed.lives == 1 ? "life" : "lives"), \(feed.tally.count) published, "
        + "digest \(digits), "
        + (feed.isExact
          ? "bit for bit as recorded" : "\(feed.verified) as recorded, the rest not known"))
    return feed.isExact
  }

  private func printMessages(_ reader: inout RecordingReader) -> Bool {
    var pace = ReplayPace(speed: speed)
    var isWhole = true
    while let item = reader.next() {
      switch item {
      case .message(let message):
        pace.wait(for: message)
        guard channel == nil || channel == message.channel else { continue }
        Output.write(
          output.json ? ReplayText.json(message) : ReplayText.plain(message), to: STDOUT_FILENO)
      case .torn(let path, let offset):
        isWhole = false
        warn("\(path) is torn after byte \(offset)")
      case .missing(let first, let last):
        isWhole = false
        warn("messages \(first) to \(last) were not kept")
      }
    }
    return isWhole
  }

  private func warn(_ sentence: String) {
    Output.write("interlock: replay: \(sentence)\n", to: STDERR_FILENO)
  }
}

/// What a replay publishes, as the lines that a tap has shown of it.
struct ReplayLines {
  private let wanted: Set<String>
  private var formatter = TapFormatter(json: true, symbol: nil)
  private var epoch: UInt64 = 0
  private var sequence: UInt64 = 0
  private var trades: UInt64 = 0

  init(_ wanted: Set<String>) {
    self.wanted = wanted
  }

  mutating func begin(_ start: RecordedStart) {
    epoch = start.epoch
    sequence = 0
    trades = 0
  }

  /// Nil for what is not wanted.
  mutating func line(_ body: StreamBody) -> String? {
    let message: StreamMessage
    if case .trade = body {
      trades += 1
      message = StreamMessage(
        source: "market-data-trades", epoch: epoch, sequence: trades, body: body)
    } else {
      sequence += 1
      message = StreamMessage(
        source: "market-data", epoch: epoch, sequence: sequence, body: body)
    }
    return formatter.line(.message(message), wanted: wanted)?.text
  }
}
