/// Which requests a fault is about; what it does not name matches all.
struct RequestMatch: Hashable, Sendable {
  var method: String?
  /// Each a whole path, the end of one from a slash on, or a pattern with `*` for any text.
  var paths: [String]?
  /// Names without regard to case, and the value or a pattern for it.
  var parameters: [String: String] = [:]

  func matches(_ request: VenueHTTPRequest) -> Bool {
    if let method, method != request.method { return false }
    if let paths, !paths.contains(where: { Self.path(request.path, fits: $0) }) { return false }
    return parameters.allSatisfy { name, pattern in
      (request.parameters ?? []).contains {
        $0.name.lowercased() == name.lowercased() && Self.text($0.value, fits: pattern)
      }
    }
  }

  static func path(_ path: String, fits pattern: String) -> Bool {
    if pattern.utf8.contains(UInt8(ascii: "*")) { return text(path, fits: pattern) }
    return path == pattern || path.hasSuffix(pattern.hasPrefix("/") ? pattern : "/" + pattern)
  }

  /// Whether the text is the pattern, in which `*` stands for any text.
  static func text(_ text: String, fits pattern: String) -> Bool {
    let text = Array(text.utf8)
    let pattern = Array(pattern.utf8)
    var at = 0
    var wanted = 0
    // Where the newest star stands, and up to where its text reaches so far.
    var star: (pattern: Int, text: Int)?
    while at < text.count {
      if wanted < pattern.count, pattern[wanted] == UInt8(ascii: "*") {
        star = (wanted, at)
        wanted += 1
      } else if wanted < pattern.count, pattern[wanted] == text[at] {
        wanted += 1
        at += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        wanted = last.pattern + 1
        at = last.text + 1
      } else {
        return false
      }
    }
    return pattern[wanted...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
