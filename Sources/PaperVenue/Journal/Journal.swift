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
/// 4. In memory is a mark for every `JournalBlocks.bytes` of the file, nothing of the lines
///    themselves; reading back costs one block at a time.
///
/// Without a file (a venue without state directory) it keeps the newest `mostInMemory` entries.
final class Journal {
  static let mostInMemory = 20_000

  private let file: AppendOnlyFile?
  private var size: Int64 = 0
  private var blocks = JournalBlocks()
  private var memory: [JournalEntry] = []

  /// A journal in memory.
  init() { file = nil }

  /// What was found in a file that is about to be a journal's.
  struct Contents: Sendable {
    fileprivate var blocks = JournalBlocks()
  }

  /// Opens the file at `path`, of which `contents` were read.
  init(_ path: String, _ contents: Contents) throws(Fatal) {
    let file = try AppendOnlyFile(path)
    self.file = file
    blocks = contents.blocks
    size = try file.size
  }

  /// Opens the file at `path` and gives every record in it, oldest first, to `fold`.
  convenience init(_ path: String, fold: (BookRecord) -> Void) throws(Fatal) {
    try self.init(path, try Self.read(path, fold: fold))
  }

  /// Gives every record of the file at `path`, oldest first, to `fold`; none when there is no file.
  static func read(_ path: String, fold: (BookRecord) -> Void) throws(Fatal) -> Contents {
    var contents = Contents()
    guard access(path, F_OK) == 0 else { return contents }
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
      contents.blocks.mark(offset, entries)
    }
    return contents
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
    blocks.mark(size, entries)
    try file.append(line)
    size += Int64(line.utf8.count) + 1
  }

  /// Everything up to now, to be read at leisure on any thread: what is there does not change.
  var reader: JournalReader {
    JournalReader(path: file?.path, size: size, blocks: blocks.all, memory: memory)
  }
}
