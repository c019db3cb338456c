import Daemon
import SimulatedVenue

/// The journal as it stood at one moment: lines that will not change any more.
struct JournalReader: Sendable {
  /// A part of the file that is read as one: whole lines.
  struct Block: Sendable {
    let offset: Int64
    /// Number of its first record, or of the one that comes next when it holds requests only.
    let firstRecord: Int64
    /// Wall time of its first entry.
    let firstWall: Int64
  }

  /// Nil when the journal is in memory.
  let path: String?
  let size: Int64
  let blocks: [Block]
  let memory: [JournalEntry]

  /// Whether nothing has fallen out; a journal in memory keeps the newest entries only.
  var isComplete: Bool { path != nil || (memory.lazy.compactMap(\.n).first ?? 1) == 1 }

  /// How many blocks there are to read; a journal in memory is one.
  var blockCount: Int { path == nil ? 1 : blocks.count }

  /// The entries of one block, oldest first, requests among them.
  func entries(ofBlock index: Int) throws(Fatal) -> [JournalEntry] {
    guard let path else { return memory }
    var entries: [JournalEntry] = []
    let end = index + 1 < blocks.count ? blocks[index + 1].offset : size
    try JournalLines.read(path, from: blocks[index].offset, to: end) { _, line in
      entries.append(contentsOf: JournalLines.parse(line) ?? [])
    }
    return entries
  }

  /// The block in which record `number` stands, or would stand.
  func block(ofRecord number: Int64) -> Int {
    partition { $0.firstRecord <= number }
  }

  /// The block in which the line at a byte of the file stands.
  func block(atOffset offset: Int64) -> Int { partition { $0.offset <= offset } }

  /// The last block that begins before the wall time in milliseconds: what happened at that time
  /// stands in it or behind it.
  func block(beforeWall time: Int64) -> Int { partition { $0.firstWall < time } }

  /// The last block that begins at or before the wall time in milliseconds.
  func block(atWall time: Int64) -> Int { partition { $0.firstWall <= time } }

  /// Index of the last block for which `isBefore` holds; they come first.
  private func partition(_ isBefore: (Block) -> Bool) -> Int {
    var low = 0
    var high = blocks.count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(blocks[middle]) { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }
}
