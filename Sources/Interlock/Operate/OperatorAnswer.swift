import Foundation

/// What a command that did something, or would, tells its caller.
enum OperatorAnswer {
  /// The `done` of a stage's answer, or the answer as it is.
  static func show(_ answer: String, json: Bool) {
    guard !json else { return print(answer) }
    let object = try? JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
    print(object?["done"] as? String ?? answer)
  }

  /// A dry run: what `--execute` would do.
  static func show(would deeds: [String], json: Bool) {
    guard !json else { return print(JSONText.line(["dry_run": true, "would": deeds])) }
    let lines = ["DRY RUN, nothing was sent; --execute would:"] + deeds.map { "  \($0)" }
    print(lines.joined(separator: "\n"))
  }

  /// The objects of a list that a stage answered with.
  static func rows(_ answer: String) -> [[String: Any]] {
    let object = try? JSONSerialization.jsonObject(with: Data(answer.utf8))
    return object as? [[String: Any]] ?? []
  }
}
