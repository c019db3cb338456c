import Yams

/// The typed keys of one section; each read also declares the key.
final class ConfigurationSection {
  let name: String
  private let mapping: Node.Mapping?
  private unowned let reader: ConfigurationReader
  private var declared: [String] = []

  init(_ name: String, _ mapping: Node.Mapping?, _ reader: ConfigurationReader) {
    self.name = name
    self.mapping = mapping
    self.reader = reader
  }

  /// A whole number within bounds.
  func integer(_ key: String, _ standard: Int64, _ bounds: ClosedRange<Int64>) -> Int64 {
    guard let scalar = scalar(key, "a whole number") else { return standard }
    guard let value = Self.integer(scalar.string) else {
      return refuse(scalar.mark, key, "\"\(scalar.string)\" is no whole number", standard)
    }
    return bounded(value, scalar.mark, key, bounds) ?? standard
  }

  /// A decimal number within bounds.
  func decimal(_ key: String, _ standard: Double, _ bounds: ClosedRange<Double>) -> Double {
    guard let scalar = scalar(key, "a decimal number") else { return standard }
    guard let value = Self.decimal(scalar.string) else {
      return refuse(scalar.mark, key, "\"\(scalar.string)\" is no decimal number", standard)
    }
    return bounded(value, scalar.mark, key, bounds) ?? standard
  }

  /// A text that `accept` finds good; `expected` says what that is.
  func text(
    _ key: String, _ standard: String, expected: String, _ accept: (String) -> Bool
  ) -> String {
    guard let scalar = scalar(key, expected) else { return standard }
    guard accept(scalar.string) else {
      return refuse(scalar.mark, key, "\"\(scalar.string)\": expected \(expected)", standard)
    }
    return scalar.string
  }

  /// `true` or `false`.
  func flag(_ key: String, _ standard: Bool) -> Bool {
    text(key, standard ? "true" : "false", expected: "true or false") {
      ["true", "false"].contains($0)
    } == "true"
  }

  /// A list of texts that `accept` finds good.
  func list(
    _ key: String, _ standard: [String], expected: String, _ accept: (String) -> Bool
  ) -> [String] {
    guard let node = node(key) else { return standard }
    guard case .sequence(let sequence) = node else {
      return refuse(node.mark, key, "expected a list such as [a, b]", standard)
    }
    var values: [String] = []
    for item in sequence {
      guard let scalar = item.scalar, accept(scalar.string) else {
        let found = item.scalar.map { "\"\($0.string)\"" } ?? "a nested value"
        return refuse(item.mark, key, "\(found): expected \(expected)", standard)
      }
      guard !values.contains(scalar.string) else {
        return refuse(item.mark, key, "\"\(scalar.string)\" stands there twice", standard)
      }
      values.append(scalar.string)
    }
    return values
  }

  /// A table of texts that `accept` finds good, names and values alike.
  func table(
    _ key: String, _ standard: [String: String], expected: String, _ accept: (String) -> Bool
  ) -> [String: String] {
    guard let node = node(key) else { return standard }
    guard case .mapping(let mapping) = node else {
      return refuse(node.mark, key, "expected a table such as {A: B}", standard)
    }
    var values: [String: String] = [:]
    for (name, value) in mapping {
      guard let left = name.scalar?.string, let right = value.scalar?.string,
        accept(left), accept(right)
      else {
        return refuse(value.mark ?? name.mark, key, "expected \(expected)", standard)
      }
      values[left] = right
    }
    return values
  }

  /// Reports a contradiction between keys that are each right by themselves.
  func demand(_ holds: Bool, _ key: String, _ sentence: String) {
    guard !holds else { return }
    reader.report(at: mapping?[key]?.mark ?? mapping?.mark, "\(name).\(key): \(sentence)")
  }

  func refuseUnread() {
    for (key, _) in mapping ?? [:] {
      let word = key.string ?? ""
      if !declared.contains(word) {
        let suggestion = Suggestion.text(for: word, among: declared)
        reader.report(at: key.mark, "\(name).\(word): unknown key\(suggestion)")
      }
    }
  }

  // MARK: -

  private func node(_ key: String) -> Node? {
    declared.append(key)
    reader.declare(name, key)
    let node = mapping?[key]
    if let node { reader.found(name, key, at: node.mark) }
    return node
  }

  private func scalar(_ key: String, _ expected: String) -> Node.Scalar? {
    guard let node = node(key) else { return nil }
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      reader.report(at: node.mark, "\(name).\(key): expected \(expected)")
      return nil
    }
    return scalar
  }

  private func refuse<Value>(
    _ mark: Mark?, _ key: String, _ sentence: String, _ standard: Value
  ) -> Value {
    reader.report(at: mark, "\(name).\(key): \(sentence)")
    return standard
  }

  private func bounded<Value: Comparable>(
    _ value: Value, _ mark: Mark?, _ key: String, _ bounds: ClosedRange<Value>
  ) -> Value? {
    if value < bounds.lowerBound {
      let sentence = "\(value) is too small, at least \(bounds.lowerBound) is required"
      return refuse(mark, key, sentence, nil)
    }
    if value > bounds.upperBound {
      let sentence = "\(value) is too large, at most \(bounds.upperBound) is allowed"
      return refuse(mark, key, sentence, nil)
    }
    return value
  }

  /// Decimal digits with an optional minus; `010`, `1_000` and `1:30` are not numbers here.
  private static func integer(_ text: String) -> Int64? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy(isDigit), digits == "0" || digits.first != "0"
    else { return nil }
    return Int64(text)
  }

  /// Digits with an optional minus and one optional point; no exponent, no `nan`, no hexadecimal.
  private static func decimal(_ text: String) -> Double? {
    let magnitude = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = magnitude.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, text.utf8.count <= 32,
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }),
      parts[0] == "0" || parts[0].first != "0"
    else { return nil }
    return Double(text)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
