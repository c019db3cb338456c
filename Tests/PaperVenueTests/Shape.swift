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
    quotesNumbers: Bool = false, path: String = ""
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
          quotesNumbers: quotesNumbers, path: "\(path)/\(name)")
      }
      return added.sorted() + lost.sorted() + inner
    case (let ours as [Any], let documented as [Any]):
      guard let like = documented.first else { return [] }
      return ours.flatMap { element in
        let found = documented.map {
          differences(
            ours: element, documented: $0, extra: extra, missing: missing,
            quotesNumbers: quotesNumbers, path: path)
        }
        return found.min { $0.count < $1.count }
          ?? differences(
            ours: element, documented: like, quotesNumbers: quotesNumbers, path: path)
      }
    default:
      let kinds = (kind(ours), kind(documented))
      let isQuoted = quotesNumbers && kinds == ("number", "text")
      return kinds.0 == kinds.1 || kinds.0 == "null" || isQuoted
        ? [] : ["\(path) is \(kinds.0), documented as \(kinds.1)"]
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
