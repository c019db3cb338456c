/// The messages of a recording in the order in which they were kept, across its files.
///
/// Invariants: 1. A message comes out exactly as it went in or not at all. 2. Whatever is missing
/// in between is told: torn files, and numbers that a life did not keep. 3. One block is held.
package struct RecordingReader {
  /// What comes next.
  package enum Item: Hashable, Sendable {
    case message(RecordedMessage)
    /// The file cannot be believed from this byte on; the next file follows.
    case torn(path: String, offset: Int)
    /// Messages `first` to `last` of a life were not kept, or their file is gone.
    case missing(first: Int64, last: Int64)
  }

  private var files: ArraySlice<RecordingFolder.File>
  private var current: (path: String, reader: MemberReader)?
  private var messages: ArraySlice<RecordedMessage> = []
  private var held: RecordedMessage?
  private var life: UInt64?
  private var number: Int64 = 0

  /// Reads what is in `folder` now; files that come later are not part of it.
  package init(folder: String) throws(ArchiveError) {
    files = try RecordingFolder(folder).files()[...]
    guard !files.isEmpty else {
      throw ArchiveError(
        .empty, folder, "there is no recording", remedy: "name the folder that was recorded into")
    }
  }

  /// Nil at the end.
  package mutating func next() -> Item? {
    if let message = held {
      held = nil
      return .message(message)
    }
    while messages.isEmpty {
      if let torn = refill() { return torn }
      if messages.isEmpty, current == nil, files.isEmpty { return nil }
    }
    let message = messages.removeFirst()
    // The oldest files of a life may be gone: its first number says nothing.
    let expected = message.life == life ? number + 1 : message.number
    life = message.life
    number = message.number
    guard message.number > expected else { return .message(message) }
    held = message
    return .missing(first: expected, last: message.number - 1)
  }

  /// The next block, or the next file when this one has ended.
  private mutating func refill() -> Item? {
    guard let (path, reader) = current else {
      guard let file = files.popFirst() else { return nil }
      guard let reader = MemberReader(file.path) else { return .torn(path: file.path, offset: 0) }
      current = (file.path, reader)
      return nil
    }
    let offset = reader.offset
    switch reader.next() {
    case .end: current = nil
    case .torn:
      current = nil
      return .torn(path: path, offset: offset)
    case .member(let block):
      guard let found = RecordingFormat.messages(block) else {
        current = nil
        return .torn(path: path, offset: offset)
      }
      messages = found[...]
    }
    return nil
  }
}
