import Foundation

/// What stands in the kill latch: everything that was stopped and not acknowledged, newest last.
///
/// On disk: one block of 4096 bytes, a line of text, JSON, zeros. The line is
/// `interlock-latch 1 CHECKSUM LENGTH`, the checksum is FNV-1a over the JSON.
package struct LatchBlock: Codable, Equatable, Sendable {
  package static let size = 4096
  package static let mostEntries = 16
  private static let longestText = 120

  /// One press.
  package struct Entry: Codable, Equatable, Sendable {
    /// `all`, `strategy:NAME` or `instrument:SYMBOL`.
    package let scope: String
    package let by: String
    package let reason: String
    /// Wall time in milliseconds since 1970 UTC.
    package let since: Int64
    /// Whether what the scope covers is closed too.
    package let flatten: Bool
    /// Whether positions are closed too that are not ours; absent means no.
    private let all: Bool?
    package var closesForeign: Bool { flatten && all == true }

    package init(
      scope: String, by: String, reason: String, since: Int64, flatten: Bool = false,
      foreign: Bool = false
    ) {
      self.scope = Self.bounded(scope)
      self.by = Self.bounded(by)
      self.reason = Self.bounded(reason)
      self.since = since
      self.flatten = flatten
      all = foreign ? true : nil
    }

    private static func bounded(_ text: String) -> String {
      // Control bytes would grow when they are encoded, and are no part of a reason.
      let printed = text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
      return String(decoding: printed.prefix(LatchBlock.longestText), as: UTF8.self)
    }
  }

  /// Account and profile whose orders it stops.
  package let owner: String
  package private(set) var entries: [Entry]

  package init(owner: String, entries: [Entry] = []) {
    self.owner = owner
    self.entries = entries
  }

  /// Adds a press; one that is covered already leaves the block as it is, and a block that is full
  /// stops everything.
  package mutating func press(_ entry: Entry) {
    guard !covers(entry) else { return }
    entries.append(entry)
    guard entries.count > Self.mostEntries || bytes() == nil else { return }
    entries = [
      Entry(
        scope: "all", by: entry.by, reason: entry.reason, since: entry.since,
        flatten: entries.contains(where: \.flatten),
        foreign: entries.contains(where: \.closesForeign))
    ]
  }

  /// Whether what `entry` stops and closes is stopped and closed already.
  package func covers(_ entry: Entry) -> Bool {
    entries.contains { old in
      (old.scope == entry.scope || old.scope == "all") && (old.flatten || !entry.flatten)
        && (old.closesForeign || !entry.closesForeign)
    }
  }

  /// The block as it is written; nil when it does not fit, which the bounds rule out.
  func bytes() -> [UInt8]? {
    guard let json = try? JSONEncoder.sorted.encode(self) else { return nil }
    let header = "interlock-latch 1 \(Self.checksum(json)) \(json.count)\n"
    var bytes = Array(header.utf8) + json
    guard bytes.count <= Self.size else { return nil }
    bytes += [UInt8](repeating: 0, count: Self.size - bytes.count)
    return bytes
  }

  /// What `bytes` say, or why they cannot be believed.
  static func parse(_ bytes: [UInt8], owner: String) -> Result<LatchBlock, LatchFault> {
    guard bytes.count == size, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
      return .failure(LatchFault("\(bytes.count) bytes instead of \(size)"))
    }
    let words = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    guard words.count == 4, words[0] == "interlock-latch", words[1] == "1",
      let length = Int(words[3]), (0...size - end - 1).contains(length)
    else { return .failure(LatchFault("it is not a latch of this version")) }
    let json = Data(bytes[(end + 1)..<(end + 1 + length)])
    guard checksum(json) == words[2] else { return .failure(LatchFault("it is torn")) }
    guard let block = try? JSONDecoder().decode(LatchBlock.self, from: json) else {
      return .failure(LatchFault("its content is none"))
    }
    guard block.owner == owner else {
      return .failure(LatchFault("it belongs to \(block.owner), not \(owner)"))
    }
    return .success(block)
  }

  private static func checksum(_ json: Data) -> String {
    var digest = Digest()
    digest.add(String(decoding: json, as: UTF8.self))
    return digest.hexadecimal
  }
}

/// Why a latch cannot be believed; it then stops everything.
package struct LatchFault: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension JSONEncoder {
  fileprivate static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
