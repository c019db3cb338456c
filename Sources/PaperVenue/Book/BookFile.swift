import Daemon
import Foundation
import SimulatedVenue

/// The book of truth on disk: one line an operation, appended before the answer leaves.
///
/// 1. It survives SIGKILL, not power loss: a venue that is killed comes back with every order it
///    ever answered for.
/// 2. A line is a JSON array of everything one operation did, written at once: an order is never
///    there without its fills.
/// 3. A line that a full disk cut off was never answered for and is skipped.
struct BookFile {
  private let file: AppendOnlyFile

  init(_ path: String) throws(Fatal) {
    file = try AppendOnlyFile(path)
  }

  func append(_ lines: [BookLine]) throws(Fatal) {
    guard !lines.isEmpty else { return }
    try file.append(JSONLine.text(lines))
  }

  /// The records in the file at `path`, oldest first; none when there is no file.
  static func read(_ path: String) throws(Fatal) -> [BookRecord] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Fatal(.badConfiguration, "unable to read \(path): make it readable for this user")
    }
    var records: [BookRecord] = []
    for (index, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let parsed = JSONLine.decode([BookLine].self, line) else {
        if line.last != UInt8(ascii: "]") { continue }
        throw damaged(path, index)
      }
      for entry in parsed where entry.type != "request" {
        guard let record = entry.record else { throw damaged(path, index) }
        records.append(record)
      }
    }
    return records
  }

  private static func damaged(_ path: String, _ index: Int) -> Fatal {
    Fatal(
      .badConfiguration,
      "unable to read \(path): line \(index + 1) is no operation of a book: restore the file, or "
        + "give --state-dir a new folder")
  }
}
