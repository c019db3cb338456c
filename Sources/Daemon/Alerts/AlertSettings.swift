/// Where alerts go, which of them, and how hard is tried.
package struct AlertSettings: Equatable, Sendable {
  package enum Switch: String, CaseIterable, Sendable {
    case on, off
    /// Told without a sound where the channel knows the difference.
    case silent
  }

  /// Mode 0600, lines `webhook=URL`, `telegram_token=…`, `telegram_chat=…`; nil tells nobody.
  package let secretsFile: String?
  package let telegramURL: String
  /// What is posted to the webhook, with `{text}` and its kin replaced; nil posts every field.
  package let webhookBody: String?
  /// Events that are not `on`.
  package let switches: [AlertEvent: Switch]
  package let attempts: Int
  package let timeoutMilliseconds: Int64
  /// How long repetitions of one event of one stage are gathered.
  package let repeatSeconds: Int64

  init(_ section: ConfigurationSection) {
    let file = section.text(
      "secrets_file", "none", expected: "the absolute path of a file, or none"
    ) { $0 == "none" || ($0.hasPrefix("/") && $0.utf8.count <= 4096 && !$0.utf8.contains(0)) }
    secretsFile = file == "none" ? nil : file
    telegramURL = section.text(
      "telegram_url", "https://api.telegram.org",
      expected: "https://host, or http:// and an address of this machine", VenueSettings.isVenueURL)
    let body = section.text("webhook_body", "default", expected: "a text, or default") {
      $0.utf8.count <= 4096
    }
    webhookBody = body == "default" ? nil : body
    let words = Switch.allCases.map(\.rawValue)
    let table = section.table(
      "events", [:],
      expected: "events and their switches, of \(AlertEvent.switchable.joined(separator: ", ")), "
        + "each \(words.joined(separator: ", "))"
    ) { AlertEvent.switchable.contains($0) || words.contains($0) }
    var switches: [AlertEvent: Switch] = [:]
    for (name, value) in table {
      if let event = AlertEvent(rawValue: name), let value = Switch(rawValue: value) {
        switches[event] = value
      }
    }
    section.demand(
      switches.count == table.count, "events", "each is an event and on, off or silent")
    self.switches = switches
    attempts = Int(section.integer("attempts", 8, 1...50))
    timeoutMilliseconds = section.integer("timeout_ms", 2000, 100...60_000)
    repeatSeconds = section.integer("repeat_s", 60, 1...3600)
  }

  /// Whether anybody is told anything.
  package var isConfigured: Bool { secretsFile != nil }

  package func word(for event: AlertEvent) -> Switch { switches[event] ?? .on }
}
