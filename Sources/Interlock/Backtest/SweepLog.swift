import Daemon
import Foundation
import Glibc
import Simulation
import Synchronization

/// What a sweep has come to so far, on disk: a line a combination, written as each ends.
///
/// Invariants: 1. The first line says which sweep it is; another one is refused. 2. A line is
/// written whole or, by a process that is killed, torn: a torn last line is cut off and its
/// combination runs again. 3. No combination has two lines.
final class SweepLog: Sendable {
  /// One combination's line.
  struct Row: Codable, Sendable {
    let index: Int
    let hash: String
    let trades: Int
    let profit: Double
    let total_return: Double
    let max_drawdown_share: Double
    let sharpe: Double?
    let win_rate: Double?
    let profit_factor: Double?
  }

  private struct Head: Codable {
    let sweep: String
  }

  let path: String
  private let rows: Mutex<[Int: Row]>

  /// Opens the log in `folder`, or begins it; `identity` tells one sweep from another.
  init(folder: String, identity: String) throws(Fatal) {
    path = "\(folder)/sweep.jsonl"
    rows = Mutex([:])
    let text = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    let whole = (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    do {
      guard let first = whole.first else {
        let head = try JSONEncoder().encode(Head(sweep: identity))
        try Self.replace(String(decoding: head, as: UTF8.self) + "\n", path)
        return
      }
      let head = try JSONDecoder().decode(Head.self, from: Data(first.utf8))
      guard head.sweep == identity else {
        throw Fatal(
          .badConfiguration,
          "unable to go on with \(path): it is of another sweep, market or configuration: name "
            + "another folder with --report")
      }
      for line in whole.dropFirst() {
        let row = try JSONDecoder().decode(Row.self, from: Data(line.utf8))
        rows.withLock { $0[row.index] = row }
      }
      try Self.replace(whole.joined(separator: "\n") + "\n", path)
    } catch let error as Fatal {
      throw error
    } catch {
      throw Fatal(
        .badConfiguration,
        "unable to go on with \(path): \(error): remove it or name another "
          + "folder with --report")
    }
  }

  private static func replace(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  var done: [Int: Row] { rows.withLock { $0 } }

  func add(_ row: Row) throws(Fatal) {
    let failure = rows.withLock { rows -> String? in
      rows[row.index] = row
      guard let line = try? JSONEncoder().encode(row), let file = fopen(path, "a") else {
        return String(cString: strerror(errno))
      }
      defer { fclose(file) }
      let bytes = Array(line) + [UInt8(ascii: "\n")]
      return fwrite(bytes, 1, bytes.count, file) == bytes.count && fflush(file) == 0
        ? nil : String(cString: strerror(errno))
    }
    guard let failure else { return }
    throw Fatal(.internalError, "unable to write \(path): \(failure): make room and start again")
  }
}
