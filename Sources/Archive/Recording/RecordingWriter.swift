import Domain
import Glibc

/// Writes messages to the files of a recording, in whole gzip members; one thread uses it.
///
/// Invariants:
/// 1. A file holds whole members, but for the last one when the process or the machine died.
/// 2. All files together stay below `totalBytes`: the oldest go first.
/// 3. After the first failure nothing is written any more.
final class RecordingWriter {
  /// Why writing ended.
  struct Failure: Error, Hashable, CustomStringConvertible {
    let description: String
  }

  private let folder: RecordingFolder
  private let limits: RecordingLimits
  private let opening: [UInt8]
  private let create: (String) -> Int32
  private var block: [UInt8] = []
  private var descriptor: Int32 = -1
  /// Size of the file that is open.
  private var size = 0
  /// Machine time of its first message.
  private var begun: Int64?

  /// `create` opens a new file for writing and sets errno when it returns a negative number.
  init(
    folder: String, limits: RecordingLimits, life: UInt64,
    create: @escaping (String) -> Int32 = RecordingWriter.createFile
  ) {
    self.folder = RecordingFolder(folder)
    self.limits = limits
    self.create = create
    opening = RecordingFormat.opening(life: life)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  static func createFile(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600)
  }

  /// Takes `message`; writes when a block is full or the file too old.
  func append(_ message: RecordedMessage) throws(Failure) {
    if let begun, message.machine.nanoseconds - begun > limits.fileMilliseconds * 1_000_000 {
      try flush()
      endFile()
    }
    if begun == nil { begun = message.machine.nanoseconds }
    if block.isEmpty { block = opening }
    RecordingFormat.append(message, to: &block)
    if block.count >= limits.blockBytes { try flush() }
  }

  /// Writes what is there as one member.
  func flush() throws(Failure) {
    guard !block.isEmpty else { return }
    defer { block.removeAll(keepingCapacity: true) }
    guard let member = GzipMember.pack(block) else {
      throw Failure(description: "no memory to compress")
    }
    if descriptor >= 0, size + member.count > limits.fileBytes { endFile() }
    if descriptor < 0 { try beginFile(room: member.count) }
    try write(member)
    size += member.count
  }

  private func endFile() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    size = 0
    begun = nil
  }

  /// Makes room, then the next file.
  private func beginFile(room: Int) throws(Failure) {
    var files: [RecordingFolder.File]
    do {
      files = try folder.files()
    } catch {
      throw Failure(description: "unable to list \(folder.path): \(error.what)")
    }
    let next = (files.last?.number ?? 0) + 1
    var total = files.reduce(0) { $0 + $1.bytes } + max(limits.fileBytes, room)
    while let oldest = files.first, total > limits.totalBytes || files.count >= limits.mostFiles {
      guard unlink(oldest.path) == 0 else { throw failure("remove", oldest.path) }
      total -= oldest.bytes
      files.removeFirst()
    }
    let path = folder.path(next)
    descriptor = create(path)
    guard descriptor >= 0 else { throw failure("make", path) }
    size = 0
  }

  private func write(_ member: [UInt8]) throws(Failure) {
    var written = 0
    while written < member.count {
      let count = member.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let failure = failure("write", folder.path)
        // What was written of this member is no member; readers stop before it either way.
        _ = ftruncate(descriptor, off_t(size))
        endFile()
        throw failure
      }
      written += count
    }
  }

  private func failure(_ verb: String, _ path: String) -> Failure {
    Failure(description: "unable to \(verb) \(path): \(String(cString: strerror(errno)))")
  }
}
