import Domain

/// `--filter NAME=VALUE`: a message passes when every named field has one of its values.
struct TapFilter: Equatable {
  private let wanted: [String: Set<String>]

  static let none = TapFilter(wanted: [:])

  private init(wanted: [String: Set<String>]) {
    self.wanted = wanted
  }

  /// Nil for a text that is not `name=value`; the values of one name are alternatives.
  init?(_ texts: [String]) {
    var wanted: [String: Set<String>] = [:]
    for text in texts {
      guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
      wanted[String(text[..<sign]), default: []].insert(String(text[text.index(after: sign)...]))
    }
    self.wanted = wanted
  }

  func passes(_ fields: [(String, String)], source: String) -> Bool {
    wanted.allSatisfy { name, values in
      name == "source"
        ? values.contains(source)
        : fields.contains { $0.0 == name && values.contains($0.1) }
    }
  }
}
