import Glibc
import Synchronization

/// Watches over SQLite's lock on the ledger's file, which POSIX lets the process lose by accident.
///
/// POSIX locks belong to a process and a file, not to a descriptor: when any code of the process
/// opens the file and closes it again, SQLite's lock is gone and nobody is told. So one descriptor
/// of the guard's own stays open as long as the ledger, and through it the kernel is asked, before
/// each commit, whether a lock stands. Asked as the owner of an open-file-description lock, which
/// the process's own POSIX lock is in the way of. One system call, about 0.3 µs.
///
/// 1. At most one guard for a file in a process: closing a second one's descriptor would itself
///    drop the lock of the first.
final class LockGuard {
  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ information: stat) {
      device = UInt64(information.st_dev)
      inode = UInt64(information.st_ino)
    }
  }

  /// The first byte and the length of the range that SQLite locks when it owns a file.
  private static let sharedRange = (start: Int(0x4000_0002), length: Int(510))
  /// Not in Glibc's Swift module: it is declared under _GNU_SOURCE only.
  private static let openFileGetLock: Int32 = 36

  private static let watched = Mutex<Set<Identity>>([])

  private let descriptor: Int32
  private let identity: Identity

  /// Makes the file if there is none; throws `owned` when this process has it open already.
  init(_ path: String) throws(LedgerError) {
    var information = stat()
    if stat(path, &information) == 0 {
      let known = Identity(information)
      guard Self.watched.withLock({ !$0.contains(known) }) else { throw .owned(path: path) }
    }
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let isForPeople = [EACCES, EPERM, EROFS, EISDIR, ELOOP].contains(errno)
      let why = "unable to open ledger \(path): \(Self.reason): make it writable"
      throw isForPeople ? .needsOperator(why) : .unusable(why)
    }
    guard fstat(descriptor, &information) == 0 else {
      throw .unusable("unable to look at ledger \(path): \(Self.reason)")
    }
    identity = Identity(information)
    let mine = identity
    // Between the look and the opening another thread took it; the descriptor stays open then,
    // because closing it would drop that ledger's lock.
    guard Self.watched.withLock({ $0.insert(mine).inserted }) else { throw .owned(path: path) }
  }

  deinit {
    let mine = identity
    Self.watched.withLock { _ = $0.remove(mine) }
    close(descriptor)
  }

  /// Whether the kernel still holds the file locked for somebody.
  var isLocked: Bool {
    var range = flock()
    range.l_type = Int16(F_WRLCK)
    range.l_whence = Int16(SEEK_SET)
    range.l_start = Self.sharedRange.start
    range.l_len = Self.sharedRange.length
    guard fcntl(descriptor, Self.openFileGetLock, &range) == 0 else { return false }
    return range.l_type != Int16(F_UNLCK)
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
