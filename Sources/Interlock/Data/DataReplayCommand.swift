import Archive
import ArgumentParser
import Daemon
import Domain
import Glibc

/// `interlock data replay FOLDER`.
struct DataReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Print the messages of a recording, in order and in time.",
    discussion: """
      Torn files and messages that were not kept are told on standard error and make the exit \
      code 1.
      """)

  @Argument(help: ArgumentHelp("The folder that was recorded into.", valueName: "folder"))
  var folder: String

  @Option(help: "Seconds of the recording per second, above 0 (default: without waiting).")
  var speed: Double?

  @Option(help: "Only this channel.")
  var channel: String?

  @OptionGroup var output: JSONFlag

  func validate() throws {
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
    StageHost.leave(isWhole ? .done : .no)
  }

  private func warn(_ sentence: String) {
    Output.write("interlock: replay: \(sentence)\n", to: STDERR_FILENO)
  }
}

/// Waits as long as passed between messages when they came.
struct ReplayPace {
  private let speed: Double?
  private var life: UInt64?
  private var origin: (recorded: Int64, here: Int64) = (0, 0)

  init(speed: Double?) {
    self.speed = speed
  }

  /// Returns when it is time for `message`; the first one of a life comes at once.
  mutating func wait(for message: RecordedMessage) {
    guard let speed else { return }
    guard message.life == life else {
      life = message.life
      origin = (message.machine.nanoseconds, Clock.machineNanoseconds())
      return
    }
    let passed = Double(message.machine.nanoseconds - origin.recorded) / speed
    // A century: what a damaged stamp asks for must still fit the clock.
    let due = origin.here + Int64(min(max(0, passed), 3e18))
    while true {
      let left = due - Clock.machineNanoseconds()
      guard left > 0 else { return }
      var time = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
      nanosleep(&time, nil)
    }
  }
}

/// A recorded message as a line.
enum ReplayText {
  /// Control characters become dots, so that a message cannot steer the terminal.
  static func plain(_ message: RecordedMessage) -> String {
    let shown = String(
      String.UnicodeScalarView(
        message.text.unicodeScalars.map {
          $0.value < 32 || (127..<160).contains($0.value) ? "." : $0
        }))
    return "\(Moment.text(message.wall.milliseconds)) \(message.channel) \(shown)\n"
  }

  /// The text, or the bytes in hexadecimal when they are no text.
  static func json(_ message: RecordedMessage) -> String {
    var object: [String: Any] = [
      "life": String(message.life, radix: 16), "number": message.number,
      "channel": message.channel, "wall_ms": message.wall.milliseconds,
      "machine_ns": message.machine.nanoseconds,
    ]
    if let text = String(validating: message.bytes, as: UTF8.self) {
      object["text"] = text
    } else {
      object["hex"] = message.bytes.map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
    }
    return JSONText.line(object) + "\n"
  }
}
