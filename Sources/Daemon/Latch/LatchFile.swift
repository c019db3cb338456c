import CLinux
import Failpoint
import Glibc

/// The kill latch on disk: one preallocated block in the state directory, written in place.
///
/// Invariants:
/// 1. Missing, torn or foreign means latched: only a whole block without entries lets orders out.
/// 2. Pressing needs no room on the disk, no ledger and no other process; it returns when the block
///    is on the disk and was read back.
/// 3. Reading never takes what was read before for what is there now; a file that was taken away
///    or moved is missing, whoever still holds it open.
/// 4. A press is never lost to another press or to an acknowledgement at the same moment; a holder
///    of the lock that does not move keeps no press away.
package final class LatchFile {
  /// How the latch reads.
  package enum State: Equatable, Sendable {
    case clear
    case active([LatchBlock.Entry])
    /// Latched, because it cannot be believed.
    case unreadable(String)

    package var isActive: Bool { self != .clear }
  }

  private static let rounds = 8
  private static let lockPatienceMilliseconds = 20

  private let path: String
  private let owner: String
  private var descriptor: Int32
  private var openError: Int32 = 0
  private var lastBytes: [UInt8] = []
  private var lastState = State.unreadable("not read yet")
  private var buffer = [UInt8](repeating: 0, count: LatchBlock.size)

  /// Opens the latch in `stateDirectory`; a missing one is made only if `makes` says that nothing
  /// was ever traded from there.
  package init(stateDirectory: String, owner: String, makes: Bool) throws(Fatal) {
    path = Self.path(stateDirectory)
    self.owner = owner
    descriptor = -1
    if makes, access(path, F_OK) != 0, let bytes = LatchBlock(owner: owner).bytes() {
      try AtomicFile.write(bytes, to: path, durable: true)
    }
    reopen()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  package static func path(_ stateDirectory: String) -> String { "\(stateDirectory)/latch" }

  /// Whose orders a latch stops, as it says itself.
  package static func owner(account: String, profile: Profile) -> String {
    "\(account)/\(profile.rawValue)"
  }

  /// What the block says now; one read of a few microseconds.
  package func read() -> State {
    if !isInPlace { reopen() }
    guard descriptor >= 0 else {
      return .unreadable("unable to open \(path): \(SystemError.text(openError))")
    }
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
    let isLocked = lock()
    defer { if isLocked { unlock() } }
    for _ in 0..<Self.rounds {
      let before = read()
      var entries: [LatchBlock.Entry] = []
      if case .active(let old) = before { entries = old }
      var block = LatchBlock(owner: owner, entries: entries)
      block.press(entry)
      if case .unreadable(let why) = before {
        block.press(
          LatchBlock.Entry(
            scope: "all", by: entry.by, reason: "latch unreadable: \(why)", since: entry.since))
      }
      try write(block)
      if case .active(let entries) = read(),
        LatchBlock(owner: owner, entries: entries).covers(entry)
      {
        return
      }
    }
    throw Fatal(
      .tryAgain, "unable to press \(path): another process writes it: stop order-router instead")
  }

  /// Lets orders out again, if the latch still reads as `acknowledged` says: the last step of an
  /// acknowledgement.
  ///
  /// Returns whether it did; a press that came meanwhile stays.
  package func clear(if acknowledged: (State) -> Bool) throws(Fatal) -> Bool {
    let isLocked = lock()
    defer { if isLocked { unlock() } }
    guard isLocked || descriptor < 0, acknowledged(read()) else { return false }
    try write(LatchBlock(owner: owner))
    return read() == .clear
  }

  // MARK: -

  private var isInPlace: Bool {
    var held = stat()
    var named = stat()
    return descriptor >= 0 && fstat(descriptor, &held) == 0 && lstat(path, &named) == 0
      && held.st_ino == named.st_ino && held.st_dev == named.st_dev
  }

  private func reopen() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    openError = errno
    lastBytes = []
  }

  /// False when there is nothing to lock, or its holder does not let go.
  private func lock() -> Bool {
    if !isInPlace { reopen() }
    guard descriptor >= 0 else { return false }
    for _ in 0..<Self.lockPatienceMilliseconds {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      poll(nil, 0, 1)
    }
    return false
  }

  private func unlock() { flock(descriptor, LOCK_UN) }

  private func write(_ block: LatchBlock) throws(Fatal) {
    guard let bytes = block.bytes() else {
      throw Fatal(.internalError, "unable to write \(path): the latch does not fit its block")
    }
    guard descriptor >= 0 else {
      // Missing is latched already; a block makes it say why.
      try AtomicFile.write(bytes, to: path, durable: true)
      return reopen()
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
