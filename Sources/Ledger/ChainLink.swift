import Foundation
import GRDB

/// What one event adds to the chain: everything but the hashes.
struct ChainLink: Hashable {
  let number: Int64
  let milliseconds: Int64
  let type: String
  let text: String

  /// `SHA-256(previous hash ‖ number ‖ wall ms ‖ type ‖ 0 ‖ body)`, integers as eight bytes, most
  /// significant first.
  func hash(after previous: [UInt8]) -> [UInt8] {
    var bytes = previous
    bytes.reserveCapacity(previous.count + 17 + type.utf8.count + text.utf8.count)
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: milliseconds.bigEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: type.utf8)
    bytes.append(0)
    bytes.append(contentsOf: text.utf8)
    return Digest.sha256(bytes)
  }
}

/// A walk along the chain that sees where it breaks.
struct EventChain: Hashable {
  private(set) var number: Int64 = 0
  private(set) var hash = [UInt8](repeating: 0, count: 32)

  init() {}

  /// Goes on after event `number`, whose hash is known.
  init(number: Int64, hash: [UInt8]) {
    self.number = number
    self.hash = hash
  }

  /// Goes on by one event.
  mutating func append(type: String, text: String, milliseconds: Int64) {
    let link = ChainLink(number: number + 1, milliseconds: milliseconds, type: type, text: text)
    hash = link.hash(after: hash)
    number = link.number
  }

  /// Whether `row` of `events` is the next one; only then the walk has moved on.
  mutating func follow(_ row: Row) -> Bool {
    let link = ChainLink(
      number: row["number"], milliseconds: row["wall_ms"], type: row["type"], text: row["body"])
    let next = link.hash(after: hash)
    guard link.number == number + 1, Array(row["previous"] as Data) == hash,
      Array(row["hash"] as Data) == next
    else { return false }
    number = link.number
    hash = next
    return true
  }
}
