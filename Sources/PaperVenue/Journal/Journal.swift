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
  static let blockBytes: Int64 = 64 * 1024
  static let mostInMemory = 20_000

  private let file: AppendOnlyFile?
  private var size: Int64 = 0
  private var blocks: [JournalReader.Block] = []
  private var lastRecord: Int64 = 0
  private var memory: [JournalEntry] = []

  /// A journal in memory.
  init() { file = nil }

  /// Opens the file at `path` and gives every record in it, oldest first, to `fold`.
  init(_ path: String, fold: (BookRecord) -> Void) throws(Fatal) {
    let file = try AppendOnlyFile(path)
    self.file = file
    var number = 0
    var next: Int64 = 1
    try JournalLines.read(path, from: 0, to: .max) { offset, line throws(Fatal) in
      number += 1
      guard let entries = JournalLines.parse(line) else {
        // Cut off is what begins as a line of ours and does not end as one.
        if line.first == UInt8(ascii: "["), line.last != UInt8(ascii: "]") { return }
        throw Self.damaged(path, number)
      }
      for entry in entries where entry.t != JournalEntry.request {
        guard let record = entry.record, record.number == next else {
          throw Self.damaged(path, number)
        }
        next += 1
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
  ///
  /// Blocks are searched by record and by time, so one that holds nothing but requests has both,
  /// too: the record that comes next, and the time of its first request.
  private func mark(_ offset: Int64, _ entries: [JournalEntry]) {
    if blocks.last.map({ offset - $0.offset >= Self.blockBytes }) ?? true {
      blocks.append(
        JournalReader.Block(
          offset: offset, firstRecord: lastRecord + 1,
          firstWall: entries.first?.w ?? blocks.last?.firstWall ?? 0))
    }
    lastRecord = entries.last { $0.n != nil }?.n ?? lastRecord
  }

  /// Everything up to now, to be read at leisure on any thread: what is there does not change.
  var reader: JournalReader {
    JournalReader(path: file?.path, size: size, blocks: blocks, memory: memory)
  }
}
