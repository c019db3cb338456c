/// The nearest of the words that would have been right.
enum Suggestion {
  /// `, did you mean WORD?`, or nothing when no word is near.
  static func text(for word: String, among words: [String]) -> String {
    let near = words.map { (distance: distance(word, $0), word: $0) }
      .filter { $0.distance <= max(2, word.count / 3) }
      .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
    guard let near else { return "" }
    return ", did you mean \(near.word)?"
  }

  /// Levenshtein's distance: insertions, deletions and replacements between two words.
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars.prefix(64))
    let right = Array(right.unicodeScalars.prefix(64))
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
