import CFaultVFS
import Domain
import Foundation
import GRDB
import Testing

@testable import Ledger

/// The storage judge: every write, sync and truncate of a ledger's life fails once, and the power
/// is cut after every one of them, with what was not synced lost, kept, torn or reordered.
///
/// Each time the file is opened again. What a returned commit had promised must be there, the
/// commit under way whole or absent whole, and no law broken.
@Suite("the storage judge", .serialized)
struct StorageJudgeTests {
  /// IOERR and FULL of SQLite.
  private static let inputOutput: Int32 = 10
  private static let full: Int32 = 13

  /// Set it to run one seed again; every random choice of a cut comes from it.
  private static let seed: UInt64 =
    ProcessInfo.processInfo.environment["INTERLOCK_STORAGE_SEED"].flatMap { UInt64($0) } ?? 1

  private static func register() { #expect(fault_vfs_register() == 0) }

  // MARK: - The life of a ledger

  /// What a life had been promised, event by event.
  private struct Promise: Sendable {
    /// Newest event after each step that returned, and how many operations had been done by then.
    var steps: [(newest: Int64, operations: Int64)] = []
    var failure: String?
    /// How many operations had been done when the ledger had synced its folder.
    ///
    /// Names that were made or removed before are durable from then on. Until then a removed
    /// journal may come back, and a journal that comes back undoes everything.
    var folderSyncedAt = Int.max

    /// The newest event that had been promised when `operations` were done.
    func promised(after operations: Int64) -> Int64 {
      steps.last { $0.operations <= operations }?.newest ?? 0
    }
  }

  private static var settings: LedgerSettings {
    var settings = TemporaryLedger.settings
    settings.retentionMilliseconds = 8 * 86_400_000
    return settings
  }

  private static let later = Sample.now.advanced(byMilliseconds: 30 * 86_400_000)

  /// Opens a new ledger, trades, checkpoints, audits, prunes and closes it; ends at the first
  /// error, as a process does.
  private static func live(_ place: TemporaryLedger) -> Promise {
    var promise = Promise()
    do {
      let ledger = try place.open(settings: settings)
      promise.folderSyncedAt = Int(fault_vfs_count())
      func keep() { promise.steps.append((ledger.newestEvent, fault_vfs_count())) }
      _ = try ledger.beginEpoch()
      keep()
      for (index, step) in Trade.several.enumerated() {
        try ledger.commit(step, now: Sample.now)
        keep()
        if index == 9 { try ledger.checkpoint() }
      }
      guard try ledger.audit(full: false) == [] else { throw LedgerError.unusable("audit") }
      _ = try ledger.prune(before: Sample.now.advanced(byMilliseconds: 1), now: later)
      _ = try ledger.prune(before: later, now: later)
      keep()
      try ledger.checkpoint()
      try ledger.commit([.state("last words")], now: later)
      keep()
      _ = try ledger.beginEpoch()
    } catch { promise.failure = "\(error)" }
    return promise
  }

  /// Opens what is left and judges it.
  private static func judge(
    _ place: TemporaryLedger, _ promise: Promise, promised: Int64, _ what: String
  ) {
    let boundaries = Set([0] + promise.steps.map(\.newest))
    do {
      let ledger = try place.open(settings: settings)
      let newest = ledger.newestEvent
      #expect(newest >= promised, "\(what): \(promised) was promised, \(newest) is there")
      // A step that was under way may have come through whole; half of one never.
      let next = promise.steps.map(\.newest).first { $0 > promised }
      if let next { #expect(newest <= next, "\(what)") }
      if promise.failure == nil { #expect(boundaries.contains(newest), "\(what): half a commit") }
      let violations = try ledger.audit(full: true)
      #expect(violations == [], "\(what)")
      try ledger.commit([.state("goes on")], now: later)
    } catch {
      Issue.record("\(what): \(error)")
    }
  }

  // MARK: - Failing operations

  /// One recorded operation.
  private struct Operation: Sendable {
    let kind: fault_kind
    let name: String
    let offset: Int
    let bytes: [UInt8]

    init(_ operation: fault_operation) {
      kind = operation.kind
      name = String(cString: operation.name)
      offset = Int(operation.offset)
      bytes = Array(UnsafeBufferPointer(start: operation.bytes, count: Int(operation.count)))
    }
  }

  private static let whole: (promise: Promise, operations: [Operation]) = {
    register()
    let place = TemporaryLedger(isFast: true)
    fault_vfs_watch(place.folder.path)
    let promise = live(place)
    let operations = (0..<fault_vfs_count()).map { Operation(fault_vfs_operation($0)) }
    fault_vfs_watch(nil)
    return (promise, operations)
  }()

  @Test(arguments: [(inputOutput, false), (inputOutput, true), (full, true)])
  func `whichever operation fails, nothing promised is lost`(code: Int32, forEver: Bool) throws {
    let (model, operations) = Self.whole
    try #require(model.failure == nil, "the life without a fault: \(model.failure ?? "")")
    var failures = 0
    for index in operations.indices {
      // Only a write can find the disk full.
      if code == Self.full, operations[index].kind != fault_write { continue }
      let place = TemporaryLedger(isFast: true)
      fault_vfs_watch(place.folder.path)
      fault_vfs_fail(Int64(index), code, forEver ? 1 : 0)
      let promise = Self.live(place)
      let after = TemporaryLedger(isFast: true)
      // A process that ends leaves what the kernel has taken: the files as they are now.
      for name in try place.files() {
        try FileManager.default.copyItem(
          at: place.folder.appendingPathComponent(name),
          to: after.folder.appendingPathComponent(name))
      }
      if promise.failure != nil { failures += 1 }
      fault_vfs_watch(nil)
      Self.judge(
        after, promise, promised: promise.steps.last?.newest ?? 0,
        "operation \(index) of \(operations.count) fails with \(code)")
    }
    // Almost every failure is told; those that SQLite may ignore leave the file sound.
    #expect(failures > operations.count / 4)
  }

  // MARK: - Power cuts

  private enum Cut: CaseIterable {
    case losesAll
    case keepsAll
    case losesSome
    case keepsTheLast
  }

  @Test func `wherever the power is cut, what was promised is there`() throws {
    let (promise, operations) = Self.whole
    try #require(promise.failure == nil)
    var cuts = 0
    for done in 0...operations.count {
      for (number, cut) in Cut.allCases.enumerated() {
        var random = Seeded(Self.seed &* 1_000_003 &+ UInt64(done * 4 + number))
        let place = TemporaryLedger(isFast: true)
        try Self.rebuild(
          operations[..<done], cut, &random, folderSyncedAt: promise.folderSyncedAt, in: place)
        Self.judge(
          place, promise, promised: promise.promised(after: Int64(done)),
          "seed \(Self.seed): power cut after operation \(done) of \(operations.count), \(cut)")
        cuts += 1
      }
    }
    #expect(cuts == 4 * (operations.count + 1))
  }

  /// The files as the disk holds them: what was synced, and of the rest what `cut` leaves, by
  /// sectors of 512 bytes.
  private static func rebuild(
    _ operations: ArraySlice<Operation>, _ cut: Cut, _ random: inout Seeded,
    folderSyncedAt: Int, in place: TemporaryLedger
  ) throws {
    var files: [String: [UInt8]] = [:]
    var lastSync: [String: Int] = [:]
    for (index, operation) in operations.enumerated() where operation.kind == fault_sync {
      lastSync[operation.name] = index
    }
    for (index, operation) in operations.enumerated() {
      let isNameSynced = index < folderSyncedAt && operations.count >= folderSyncedAt
      let isSynced =
        operation.kind == fault_delete ? isNameSynced : index <= lastSync[operation.name] ?? -1
      let isLast = index >= operations.count - 2
      func stays() -> Bool {
        switch cut {
        case _ where isSynced: true
        case .losesAll: false
        case .keepsAll: true
        case .losesSome: random.next() & 1 == 0
        case .keepsTheLast: isLast
        }
      }
      switch operation.kind {
      case fault_write:
        // Taken out, so that it is changed in place.
        var content = files.removeValue(forKey: operation.name) ?? []
        for start in stride(from: 0, to: operation.bytes.count, by: 512) where stays() {
          let part = operation.bytes[start..<min(operation.bytes.count, start + 512)]
          let place = operation.offset + start
          if content.count < place + part.count {
            content += [UInt8](repeating: 0, count: place + part.count - content.count)
          }
          content.replaceSubrange(place..<(place + part.count), with: part)
        }
        files[operation.name] = content
      case fault_truncate where stays():
        files[operation.name] = Array((files[operation.name] ?? []).prefix(operation.offset))
      case fault_delete where stays(): files[operation.name] = nil
      default: break
      }
    }
    for (name, content) in files {
      try Data(content).write(to: place.folder.appendingPathComponent(name))
    }
  }
}

/// SplitMix64: the same seed, the same choices.
struct Seeded {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
