import Foundation

/// The shape of a JSON answer, compared with what the venue documents.
enum Shape {
  /// What differs: fields of another type, fields that are not documented and fields that are
  /// missing; both of the last two unless named in `extra` and `missing`.
  ///
  /// Some recordings were made through a client that puts every number into quotes: with
  /// `quotesNumbers` a text in them may be a number here.
  static func differences(
    ours: Any, documented: Any, extra: Set<String> = [], missing: Set<String> = [],
    quotesNumbers: Bool = false, comparesTypes: Bool = true, path: String = ""
  ) -> [String] {
    switch (ours, documented) {
    case (let ours as [String: Any], let documented as [String: Any]):
      let added = ours.keys.filter { documented[$0] == nil && !extra.contains($0) }
        .map { "\(path)/\($0) is not documented" }
      let lost = documented.keys.filter { ours[$0] == nil && !missing.contains($0) }
        .map { "\(path)/\($0) is missing" }
      let inner = ours.keys.sorted().flatMap { name -> [String] in
        guard let mine = ours[name], let theirs = documented[name] else { return [] }
        return differences(
          ours: mine, documented: theirs, extra: extra, missing: missing,
          quotesNumbers: quotesNumbers, comparesTypes: comparesTypes, path: "\(path)/\(name)")
      }
      return added.sorted() + lost.sorted() + inner
    case (let ours as [Any], let documented as [Any]):
      guard let like = documented.first else { return [] }
      return ours.flatMap { element in
        let found = documented.map {
          differences(
            ours: element, documented: $0, extra: extra, missing: missing,
            quotesNumbers: quotesNumbers, comparesTypes: comparesTypes, path: path)
        }
        return found.min { $0.count < $1.count }
          ?? differences(
            ours: element, documented: like, quotesNumbers: quotesNumbers, path: path)
      }
    default:
      guard comparesTypes else { return [] }
      let kinds = (kind(ours), kind(documented))
      let isQuoted = quotesNumbers && kinds == ("number", "text")
      return kinds.0 == kinds.1 || kinds.0 == "null" || isQuoted
        ? [] : ["\(path) is \(kinds.0), documented as \(kinds.1)"]
    }
  }

  /// What differs in either direction: also what no element of ours has of a documented list.
  static func bothWays(
    ours: Any, documented: Any, extra: Set<String>, missing: Set<String>, quotesNumbers: Bool
  ) -> [String] {
    let there = differences(
      ours: ours, documented: documented, extra: extra, missing: missing,
      quotesNumbers: quotesNumbers)
    // Backwards an undocumented field is a missing one, and types were compared already.
    let back = differences(
      ours: documented, documented: ours, extra: missing, missing: extra, comparesTypes: false
    )
    .filter { $0.hasSuffix(" is not documented") }
    .map { $0.replacing(" is not documented", with: " is missing") }
    let all = there + back + empty(ours: ours, documented: documented, missing, path: "")
    return Array(Set(all)).sorted()
  }

  /// Lists that have elements in the documents and none here.
  private static func empty(
    ours: Any, documented: Any, _ missing: Set<String>, path: String
  ) -> [String] {
    switch (ours, documented) {
    case (let ours as [String: Any], let documented as [String: Any]):
      documented.keys.sorted().flatMap { name -> [String] in
        guard !missing.contains(name), let mine = ours[name], let theirs = documented[name] else {
          return []
        }
        return empty(ours: mine, documented: theirs, missing, path: "\(path)/\(name)")
      }
    case (let ours as [Any], let documented as [Any]):
      ours.isEmpty && !documented.isEmpty ? ["\(path) is empty"] : []
    default: []
    }
  }

  /// Members whose texts are words of the venue's own language.
  private static let words: Set<String> = [
    "event", "feed", "message", "error", "result", "reason", "status", "type", "orderType",
    "fillType", "fill_type", "info", "margin_account", "triggerSignal", "unit", "marginAccount",
    "positionChange", "cancelOnly", "tag", "priority",
  ]

  /// Words we print that the document does not have under the same name.
  static func strangeWords(ours: Any, documented: Any, except: Set<String>) -> [String] {
    let known = words(of: documented)
    return words(of: ours).subtracting(known).filter { word in
      !except.contains { word.hasPrefix("\($0): ") }
    }.sorted()
  }

  private static func words(of value: Any) -> Set<String> {
    switch value {
    case let object as [String: Any]:
      object.reduce(into: []) { found, member in
        if words.contains(member.key), let text = member.value as? String {
          // Two printed examples have a stray space.
          found.insert("\(member.key): \(text.trimmingCharacters(in: .whitespaces))")
        }
        found.formUnion(words(of: member.value))
      }
    case let list as [Any]: list.reduce(into: []) { $0.formUnion(words(of: $1)) }
    default: []
    }
  }

  private static func kind(_ value: Any) -> String {
    switch value {
    case is NSNull: "null"
    case is String: "text"
    case let number as NSNumber:
      String(cString: number.objCType) == "c" ? "flag" : "number"
    case is [Any]: "list"
    default: "object"
    }
  }
}
