/// What is wrong with a fault's document, in a sentence.
struct FaultRefusal: Error, Hashable, CustomStringConvertible {
  let description: String
}

/// Reads one object of a fault's document, strictly: what is not known is refused.
struct FaultReader {
  /// How the object is called in what is said about it.
  let name: String
  private let json: JSON
  static let longestText = 10_000

  init(_ json: JSON, _ name: String, known: Set<String>) throws(FaultRefusal) {
    guard case .object(let members) = json else {
      throw FaultRefusal(description: "\(name): expected an object")
    }
    self.name = name
    self.json = json
    for member in members where !known.contains(member.name) {
      let words = known.sorted().joined(separator: ", ")
      throw refusal(String(member.name.prefix(40)), "unknown: one of \(words)")
    }
  }

  func refusal(_ key: String, _ reason: String) -> FaultRefusal {
    FaultRefusal(description: "\(name).\(key): \(reason)")
  }

  func value(_ key: String) -> JSON? { json[key] }

  func text(_ key: String) throws(FaultRefusal) -> String? {
    guard let value = json[key] else { return nil }
    guard let text = value.string, text.utf8.count <= Self.longestText else {
      throw refusal(key, "expected a text of at most \(Self.longestText) bytes")
    }
    return text
  }

  func requiredText(_ key: String) throws(FaultRefusal) -> String {
    guard let text = try text(key) else { throw refusal(key, "missing") }
    return text
  }

  func flag(_ key: String) throws(FaultRefusal) -> Bool? {
    guard let value = json[key] else { return nil }
    guard let flag = value.flag else { throw refusal(key, "expected true or false") }
    return flag
  }

  func integer(_ key: String, _ bounds: ClosedRange<Int64>) throws(FaultRefusal) -> Int64? {
    guard let value = json[key] else { return nil }
    guard let integer = value.integer, bounds.contains(integer) else {
      throw refusal(key, "expected a whole number of \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return integer
  }

  func requiredInteger(_ key: String, _ bounds: ClosedRange<Int64>) throws(FaultRefusal) -> Int64 {
    guard let integer = try integer(key, bounds) else { throw refusal(key, "missing") }
    return integer
  }

  /// A number of 0 to 1.
  func probability(_ key: String) throws(FaultRefusal) -> Double? {
    guard let value = json[key] else { return nil }
    guard case .number(let digits) = value, let number = Double(digits), (0...1).contains(number)
    else { throw refusal(key, "expected a number of 0 to 1") }
    return number
  }
}
