/// What a client says: one JSON object in one text message.
struct WebSocketRequest: Equatable {
  let event: String
  let feed: String?
  let productIDs: [String]?
  let apiKey: String?
  let originalChallenge: String?
  let signedChallenge: String?

  /// Nil when the text is no JSON object of this shape.
  init?(_ text: String) {
    // Every way to be wrong has the same answer: "Json Error".
    guard let json = try? JSONParser.parse(text), let event = json["event"]?.string,
      let feed = Self.text("feed", of: json), let apiKey = Self.text("api_key", of: json),
      let originalChallenge = Self.text("original_challenge", of: json),
      let signedChallenge = Self.text("signed_challenge", of: json)
    else { return nil }
    self.event = event
    self.feed = feed
    self.apiKey = apiKey
    self.originalChallenge = originalChallenge
    self.signedChallenge = signedChallenge
    switch json["product_ids"] {
    case nil, .null: productIDs = nil
    case .list(let values):
      let symbols = values.compactMap(\.string)
      guard symbols.count == values.count else { return nil }
      productIDs = symbols
    default: return nil
    }
  }

  /// A member that is a text or absent; nil when it is something else.
  private static func text(_ name: String, of json: JSON) -> String?? {
    switch json[name] {
    case nil, .null: .some(nil)
    case .text(let text): .some(text)
    default: nil
    }
  }
}
