/// Where in a journal's file which records begin, a mark for every `bytes`.
struct JournalBlocks: Sendable {
  static let bytes: Int64 = 64 * 1024

  private(set) var all: [JournalReader.Block] = []
  private var lastRecord: Int64 = 0

  /// A line with these entries begins at `offset`; begins a new block when the last one is full.
  ///
  /// Blocks are searched by record and by time, so one that holds nothing but requests has both,
  /// too: the record that comes next, and the time of its first request.
  mutating func mark(_ offset: Int64, _ entries: [JournalEntry]) {
    if all.last.map({ offset - $0.offset >= Self.bytes }) ?? true {
      all.append(
        JournalReader.Block(
          offset: offset, firstRecord: lastRecord + 1,
          firstWall: entries.first?.w ?? all.last?.firstWall ?? 0))
    }
    lastRecord = entries.last { $0.n != nil }?.n ?? lastRecord
  }
}
