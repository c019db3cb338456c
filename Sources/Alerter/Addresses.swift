import Daemon

/// Where alerts go: what the secrets file says.
struct Addresses: Equatable, Sendable {
  struct Telegram: Equatable, Sendable {
    let token: Secret
    let chat: Secret
  }

  let webhook: Secret?
  let telegram: Telegram?

  /// From the configured file; throws `badConfiguration` when it does not name a whole channel.
  init(_ settings: AlertSettings) throws(Fatal) {
    guard let path = settings.secretsFile else {
      throw Fatal(
        .no,
        "unable to tell anybody: no channel is configured: set alerts.secrets_file in the "
          + "configuration")
    }
    let values = try SecretFile.read(
      path, names: ["webhook", "telegram_token", "telegram_chat"], kind: "alert secrets")
    func refused(_ reason: String) -> Fatal {
      Fatal(
        .badConfiguration,
        "unable to use alert secrets \(path): \(reason): write webhook=URL, or telegram_token=… "
          + "and telegram_chat=…")
    }
    webhook = values["webhook"]
    switch (values["telegram_token"], values["telegram_chat"]) {
    case (nil, nil): telegram = nil
    case (let token?, let chat?):
      guard Self.isToken(token.exposed) else { throw refused("telegram_token is not one") }
      telegram = Telegram(token: token, chat: chat)
    default: throw refused("telegram_token and telegram_chat belong together")
    }
    if let webhook, !Self.isURL(webhook.exposed) {
      throw refused("webhook is no URL with https://, or http:// and an address of this machine")
    }
    guard !channels.isEmpty else { throw refused("it names no channel") }
  }

  var channels: [AlertChannel] {
    (webhook == nil ? [] : [.webhook]) + (telegram == nil ? [] : [.telegram])
  }

  /// What leaves the machine is encrypted: the same rule as for a venue, and a path behind it.
  private static func isURL(_ text: String) -> Bool {
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      let scheme = text.firstRange(of: "://")
    else { return false }
    let end = text[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? text.endIndex
    return VenueSettings.isVenueURL(String(text[..<end]))
  }

  /// What may stand in a path: digits, letters, `:`, `_` and `-`.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
          || [":", "_", "-"].contains(scalar)
      }
  }
}
