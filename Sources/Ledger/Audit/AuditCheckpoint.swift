import Domain
import Foundation
import GRDB

/// How far the events were audited, and what has to be remembered from there.
///
/// It stands in `safety_state` under `audit`, chained: `chain` is the SHA-256 of the checkpoint
/// before and of everything else in this one, so that none can be exchanged for an older one
/// without all that came after.
struct AuditCheckpoint: Codable, Hashable {
  /// An order that was alive at the checkpoint, as the events had told it.
  struct LiveOrder: Codable, Hashable {
    var status: String
    var filled: Int64
  }

  /// Number of the last event audited; 0 before the first.
  var number: Int64 = 0
  /// Hexadecimal hash of that event.
  var hash = String(repeating: "0", count: 64)
  /// Places of the last intent and the last fill that these events tell of.
  var intentPlace: Int64 = 0
  var fillPlace: Int64 = 0
  /// The same of the last round trip; absent in checkpoints of older builds.
  var tradePlace: Int64?
  var live: [String: LiveOrder] = [:]
  /// Which checkpoint this is, counted from 1.
  var count = 0
  var chain = String(repeating: "0", count: 64)

  private static let key = "audit"

  /// The checkpoint in the file; a new one when there is none yet.
  static func read(_ db: Database) throws -> AuditCheckpoint {
    guard let text = try LedgerFile.property(db, key) else { return AuditCheckpoint() }
    guard let found = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
      throw LedgerError.unusable("safety_state.audit is no checkpoint: \(text.prefix(200))")
    }
    return found
  }

  /// Writes this checkpoint as the one after `previous`.
  func write(_ db: Database, after previous: AuditCheckpoint) throws {
    var next = self
    next.count = previous.count + 1
    next.chain = ""
    next.chain = Hexadecimal.text(
      Digest.sha256(Array(previous.chain.utf8) + (try Self.bytes(next))))
    try LedgerFile.setProperty(
      db, Self.key, String(decoding: try Self.bytes(next), as: UTF8.self))
  }

  private static func bytes(_ checkpoint: AuditCheckpoint) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return Array(try encoder.encode(checkpoint))
  }
}
