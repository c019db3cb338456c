import Failpoint
import Glibc

/// The kill latch on disk: one preallocated block in the state directory, written in place.
///
/// Invariants:
/// 1. Missing, torn or foreign means latched: only a whole block without entries lets orders out.
/// 2. Pressing needs no room on the disk, no ledger and no other process; it returns when the block
///    is on the disk.
/// 3. Reading never takes what was read before for what is there now.
package final class LatchFile {
  /// How the latch reads.
  package enum State: Equatable, Sendable {
    case clear
    case active([LatchBlock.Entry])
    /// Latched, because it cannot be believed.
    case unreadable(String)

    package var isActive: Bool { self != .clear }
  }

  private let path: String
  private let owner: String
  private let descriptor: Int32
  private var lastBytes: [UInt8] = []
  private var lastState = State.unreadable("not read yet")
  private var buffer = [UInt8](repeating: 0, count: LatchBlock.size)

  /// Opens the latch in `stateDirectory`; a missing one is made only if `makes` says that nothing
  /// was ever traded from there.
  package init(stateDirectory: String, owner: String, makes: Bool) throws(Fatal) {
    path = Self.path(stateDirectory)
    self.owner = owner
    if makes, access(path, F_OK) != 0, let bytes = LatchBlock(owner: owner).bytes() {
      try AtomicFile.write(bytes, to: path, durable: true)
    }
    descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  package static func path(_ stateDirectory: String) -> String { "\(stateDirectory)/latch" }

  /// What the block says now; one read of a few microseconds.
  package func read() -> State {
    guard descriptor >= 0 else { return .unreadable("there is no latch at \(path)") }
    let count = pread(descriptor, &buffer, buffer.count, 0)
    guard count == buffer.count else {
      return .unreadable("\(max(0, count)) bytes of \(buffer.count) could be read")
    }
    // The same bytes mean the same; they were read anew.
    guard buffer != lastBytes else { return lastState }
    lastBytes = buffer
    switch LatchBlock.parse(buffer, owner: owner) {
    case .success(let block):
      lastState = block.entries.isEmpty ? .clear : .active(block.entries)
    case .failure(let fault): lastState = .unreadable(fault.description)
    }
    return lastState
  }

  /// Adds `entry` and returns when it is on the disk; a block that cannot be believed is replaced
  /// by one that stops everything.
  package func press(_ entry: LatchBlock.Entry) throws(Fatal) {
    var block = LatchBlock(owner: owner)
    switch read() {
    case .clear: break
    case .active(let entries): block = LatchBlock(owner: owner, entries: entries)
    case .unreadable(let why):
      block.press(
        LatchBlock.Entry(
          scope: "all", by: entry.by, reason: "latch unreadable: \(why)", since: entry.since))
    }
    block.press(entry)
    try write(block)
  }

  /// Lets orders out again; the last step of an acknowledgement.
  package func clear() throws(Fatal) { try write(LatchBlock(owner: owner)) }

  private func write(_ block: LatchBlock) throws(Fatal) {
    guard let bytes = block.bytes() else {
      throw Fatal(.internalError, "unable to write \(path): the latch does not fit its block")
    }
    guard descriptor >= 0 else {
      // Missing is latched already; a block makes it say why.
      return try AtomicFile.write(bytes, to: path, durable: true)
    }
    let pretended = failpoint(.daemonLatchBefore)
    errno = pretended
    guard pretended == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count,
      fdatasync(descriptor) == 0
    else {
      throw Fatal(
        .tryAgain, "unable to write \(path): \(SystemError.text()): stop order-router instead")
    }
    failpoint(.daemonLatchAfter)
  }
}
