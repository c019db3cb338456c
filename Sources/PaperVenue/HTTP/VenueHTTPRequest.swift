import Foundation

/// A request as the venue's endpoints see it.
struct VenueHTTPRequest: Sendable {
  let method: String
  /// Without the query.
  let path: String
  /// As it stood on the wire.
  let query: String
  let body: String
  /// Names in small letters.
  let headers: [String: String]

  /// Bounds of what is read before a request is refused.
  static let longestBody = 64 * 1024
  private static let mostParameters = 1000

  /// What is signed: the query for a read, query and body for anything else.
  var signedParameters: String { query + body }

  /// Parameters of query and body; nil when one is not URL-encoded UTF-8 or there are too many.
  var parameters: [(name: String, value: String)]? {
    var parameters: [(String, String)] = []
    for part in [query, body].joined(separator: "&").split(separator: "&") {
      guard parameters.count < Self.mostParameters else { return nil }
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decode(pair[0]), let value = Self.decode(pair.count > 1 ? pair[1] : "")
      else { return nil }
      parameters.append((name, value))
    }
    return parameters
  }

  private static func decode(_ text: Substring) -> String? {
    text.replacing("+", with: " ").removingPercentEncoding
  }
}
