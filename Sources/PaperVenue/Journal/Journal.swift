import Daemon
import Domain
import Glibc
import SimulatedVenue

/// The book of truth: everything the venue ever did, on disk, one line an operation.
///
/// Invariants:
/// 1. A line is in the file before the answer leaves; it survives SIGKILL, not power loss.
/// 2. A line is a JSON array of everything one operation did, written at once: an order is never
///    there without its fills.
/// 3. A line that a full disk cut off was never answered for and is skipped.
/// 4. In memory is a mark for every `blockBytes` of the file, nothing of the lines themselves;
///    reading back costs one block at a time.
///
/// Without a file (a venue without state directory) it keeps the newest `mostInMemory` entries.
final class Journal {
  /// A part of the file that is read as one: whole lines.
  struct Block {
    let offset: Int64
    /// Number of its first record; 0 when it has none yet.
    var firstRecord: Int64
    /// Wall time of its first record.
    var firstWall: Int64
  }

  static let blockBytes: Int64 = 64 * 1024
  static let mostInMemory = 50_000

  private let file: AppendOnlyFile?
  private var size: Int64 = 0
  private(set) var blocks: [Block] = []
  private var memory: [JournalEntry] = []

  /// A journal in memory.
  init() { file = nil }

  /// Opens the file at `path` and gives every record in it, oldest first, to `fold`.
  init(_ path: String, fold: (BookRecord) -> Void) throws(Fatal) {
    let file = try AppendOnlyFile(path)
    self.file = file
    var number = 0
    try JournalLines.read(path, from: 0, to: .max) { offset, line throws(Fatal) in
      number += 1
      guard let entries = JournalLines.parse(line) else {
        if line.last != UInt8(ascii: "]") { return }
        throw Self.damaged(path, number)
      }
      for entry in entries where entry.t != JournalEntry.request {
        guard let record = entry.record else { throw Self.damaged(path, number) }
        fold(record)
      }
      mark(offset, entries)
    }
    size = try file.size
  }

  private static func damaged(_ path: String, _ line: Int) -> Fatal {
    Fatal(
      .badConfiguration,
      "unable to read \(path): line \(line) is no operation of a book: restore the file, or give "
        + "--state-dir a new folder")
  }

  /// Adds what one operation did.
  func append(_ entries: [JournalEntry]) throws(Fatal) {
    guard !entries.isEmpty else { return }
    guard let file else {
      memory.append(contentsOf: entries)
      // Twice the bound, then half of it goes: trimming costs little for each entry.
      if memory.count > 2 * Self.mostInMemory { memory.removeFirst(Self.mostInMemory) }
      return
    }
    let line = JSONLine.text(entries)
    mark(size, entries)
    try file.append(line)
    size += Int64(line.utf8.count) + 1
  }

  /// Begins a new block when the last one is full.
  private func mark(_ offset: Int64, _ entries: [JournalEntry]) {
    if blocks.last.map({ offset - $0.offset >= Self.blockBytes }) ?? true {
      blocks.append(Block(offset: offset, firstRecord: 0, firstWall: 0))
    }
    guard blocks[blocks.count - 1].firstRecord == 0,
      let first = entries.first(where: { $0.n != nil }), let number = first.n, let wall = first.w
    else { return }
    blocks[blocks.count - 1].firstRecord = number
    blocks[blocks.count - 1].firstWall = wall
  }

  // MARK: - Reading back

  /// How many blocks there are to read; a journal in memory is one.
  var blockCount: Int { file == nil ? 1 : blocks.count }

  /// The entries of one block, oldest first, requests among them.
  func entries(ofBlock index: Int) throws(Fatal) -> [JournalEntry] {
    guard let file else { return memory }
    var entries: [JournalEntry] = []
    let end = index + 1 < blocks.count ? blocks[index + 1].offset : size
    try JournalLines.read(file.path, from: blocks[index].offset, to: end) { _, line in
      entries.append(contentsOf: JournalLines.parse(line) ?? [])
    }
    return entries
  }

  /// The block in which record `number` stands, or would stand.
  func block(ofRecord number: Int64) -> Int {
    partition { $0.firstRecord != 0 && $0.firstRecord <= number }
  }

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
