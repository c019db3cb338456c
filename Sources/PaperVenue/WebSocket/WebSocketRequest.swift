import Foundation

/// What a client says: one JSON object in one text message.
struct WebSocketRequest: Decodable, Equatable {
  var event: String
  var feed: String?
  var productIDs: [String]?
  var apiKey: String?
  var originalChallenge: String?
  var signedChallenge: String?

  private enum CodingKeys: String, CodingKey {
    case event, feed
    case productIDs = "product_ids"
    case apiKey = "api_key"
    case originalChallenge = "original_challenge"
    case signedChallenge = "signed_challenge"
  }

  /// Nil when the text is no JSON object of this shape.
  init?(_ text: String) {
    do {
      self = try JSONDecoder().decode(WebSocketRequest.self, from: Data(text.utf8))
    } catch {
      // Every way to be wrong has the same answer: "Json Error".
      return nil
    }
  }
}
