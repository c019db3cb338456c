import Daemon
import Glibc

/// One request: an address that nobody may read, and a JSON body.
struct Letter {
  let url: Secret
  let body: String

  /// What stands in every alert beside what happened.
  struct Sender: Sendable {
    let profile: String
    let account: String
    let host: String

    static func here(_ options: StageOptions) -> Sender {
      var name = utsname()
      let host =
        uname(&name) == 0
        ? withUnsafeBytes(of: &name.nodename) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        } : "unknown"
      return Sender(profile: options.profile.rawValue, account: options.account, host: host)
    }
  }

  private struct Fields: Encodable {
    var id: String
    var event: String
    var stage: String
    var text: String
    var time: String
    var host: String
    var account: String
    var profile: String
  }

  private struct Message: Encodable {
    var chat: String
    var text: String
    var isSilent: Bool

    enum CodingKeys: String, CodingKey {
      case chat = "chat_id"
      case text
      case isSilent = "disable_notification"
    }
  }

  /// Posted to the webhook: every field, or the operator's own text with fields in it.
  static func webhook(_ url: Secret, _ alert: Alert, _ sender: Sender, body: String?) -> Letter {
    let fields = Fields(
      id: alert.id, event: alert.event.rawValue, stage: alert.stage,
      text: line(alert, sender), time: Log.timestamp(alert.milliseconds), host: sender.host,
      account: sender.account, profile: sender.profile)
    guard let body else { return Letter(url: url, body: JSONLine.text(fields)) }
    let values = [
      "id": fields.id, "event": fields.event, "stage": fields.stage, "text": fields.text,
      "time": fields.time, "host": fields.host, "account": fields.account,
      "profile": fields.profile,
    ]
    return Letter(url: url, body: filled(body, values))
  }

  static func telegram(
    _ address: Addresses.Telegram, _ alert: Alert, _ sender: Sender, base: String, isSilent: Bool
  ) -> Letter {
    let url = Secret("\(base)/bot\(address.token.exposed)/sendMessage")
    let message = Message(
      chat: address.chat.exposed,
      text: "\(line(alert, sender))\n\(Log.timestamp(alert.milliseconds)) \(alert.id)",
      isSilent: isSilent)
    return Letter(url: url, body: JSONLine.text(message))
  }

  /// What a person reads first.
  private static func line(_ alert: Alert, _ sender: Sender) -> String {
    "interlock \(sender.profile) \(sender.account)@\(sender.host): \(alert.stage): \(alert.text)"
  }

  /// `{name}` replaced by the value as it stands inside a JSON string; once, left to right, so that
  /// a value which looks like a name stays what it is.
  private static func filled(_ template: String, _ values: [String: String]) -> String {
    var text = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      let after = rest.index(after: open)
      if let close = rest[after...].firstIndex(of: "}"),
        let value = values[String(rest[after..<close])]
      {
        text += JSONLine.text(value).dropFirst().dropLast()
        rest = rest[rest.index(after: close)...]
      } else {
        text += "{"
        rest = rest[after...]
      }
    }
    return text + rest
  }
}
