import Daemon
import Foundation

/// The configuration file as the page shows it: without what could be a secret.
struct RedactedConfiguration {
  private static let words = ["secret", "token", "password", "key", "credential", "webhook", "url"]
  private static let longest = 64 * 1024

  let json: JSON

  init(_ configuration: Configuration, path: String?) {
    let text = path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
    json = [
      "source": .string(configuration.source), "digest": .string(configuration.digest),
      "text": .string(Self.redacted(String(text.prefix(Self.longest)))),
    ]
  }

  /// A value is struck out when its key sounds like a secret, or when an address in it carries a
  /// password or a query.
  static func redacted(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let colon = line.firstIndex(of: ":"), !line.drop(while: \.isWhitespace).hasPrefix("#")
      else { return String(line) }
      let key = line[..<colon].lowercased()
      let value = line[line.index(after: colon)...]
      let isEmpty = value.allSatisfy(\.isWhitespace)
      let isSecret = words.contains { key.contains($0) } && !isHarmless(key, value)
      return isSecret && !isEmpty ? "\(line[...colon]) ••••••" : String(line)
    }.joined(separator: "\n")
  }

  /// An address without a user, a path or a query is none.
  private static func isHarmless(_ key: String, _ value: Substring) -> Bool {
    guard key.contains("url"), !key.contains("webhook") else {
      return key.contains("tokens")
    }
    let rest = value.drop { $0 != "/" }.dropFirst(2)
    return !rest.contains("/") && !rest.contains("@") && !rest.contains("?")
  }
}
