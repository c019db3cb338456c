import Foundation

/// The two lines of a control socket: the question and the reply.
///
///     {"verb":"intents","arguments":{"state":"held"}}
///     {"ok":true,"result":[…]}   or   {"ok":false,"error":"…"}
enum ControlLine {
  /// A question longer than this ends the connection.
  static let longestQuestion = 64 * 1024
  /// A reply longer than this is refused instead.
  static let longestReply = 16 * 1024 * 1024

  struct Question: Codable {
    var verb: String
    var arguments: [String: String]?
  }

  enum Reply: Equatable {
    case result(String)
    case refusal(String)
  }

  private struct Refusal: Codable {
    var ok = false
    var error: String
  }

  private static let opening = Array("{\"ok\":true,\"result\":".utf8)

  static func encode(_ reply: Reply) -> [UInt8] {
    switch reply {
    case .result(let json):
      // A newline inside JSON can only be white space between its parts.
      let value = json.utf8.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
      guard value.count <= longestReply else {
        return encode(.refusal("the answer is too long: ask for less at a time"))
      }
      return opening + value + [UInt8(ascii: "}"), UInt8(ascii: "\n")]
    case .refusal(let reason):
      return JSONLine.encode(Refusal(error: reason)) + [UInt8(ascii: "\n")]
    }
  }

  /// The reply in a line without its newline.
  ///
  /// The result is handed on as the text it is, because a
  /// number that went through a Double would come out changed.
  static func decode(_ line: ArraySlice<UInt8>) -> Reply? {
    if line.starts(with: opening), line.last == UInt8(ascii: "}") {
      return .result(String(decoding: line.dropFirst(opening.count).dropLast(), as: UTF8.self))
    }
    return JSONLine.decode(Refusal.self, line).map { .refusal($0.error) }
  }
}
