import Archive
import Daemon
import Domain

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
