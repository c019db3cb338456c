import CLinux
import Glibc

/// A Landlock domain in the making: what this process may still reach of the file system.
///
/// 1. Nothing is allowed that no rule allows, for this process and for all it starts, for ever.
/// 2. What is hidden cannot be opened: a folder above it is allowed entry by entry, so that what
///    appears there later cannot be either. That folder is still listed, hidden names included:
///    Python finds its modules by that.
package struct Landlock {
  package enum Access: Sendable {
    /// Reading, listing and running.
    case read
    /// The same, and making, changing and removing.
    case write
    /// Writing into files that exist, such as `/dev/null`.
    case use
  }

  private static let execute: UInt64 = 1 << 0
  private static let writeFile: UInt64 = 1 << 1
  private static let readFile: UInt64 = 1 << 2
  private static let readFolder: UInt64 = 1 << 3
  private static let refer: UInt64 = 1 << 13
  private static let truncate: UInt64 = 1 << 14
  private static let device: UInt64 = 1 << 15
  /// Every right the first version knows.
  private static let first: UInt64 = (1 << 13) - 1
  /// Those that a file has.
  private static let ofFiles = execute | writeFile | readFile | truncate | device
  private static let mostEntries = 100_000

  /// The kernel's version of Landlock; 0 when it has none or does not let us.
  package static var version: Int32 { max(0, il_landlock_version()) }

  private let ruleset: Int32
  private let handled: UInt64
  private let hidden: [String]

  /// A domain in which the paths in `hidden` are out of reach; with `isolated` it also connects to
  /// no TCP port, no abstract socket, and signals nobody outside, as far as the kernel knows how.
  ///
  /// Nil when the kernel has no Landlock.
  package init?(hiding hidden: [String], isolated: Bool) {
    let version = Self.version
    guard version > 0 else { return nil }
    var handled = Self.first
    if version >= 2 { handled |= Self.refer }
    if version >= 3 { handled |= Self.truncate }
    if version >= 5 && isolated { handled |= Self.device }
    self.handled = handled
    self.hidden = hidden.map(Self.real)
    let descriptor = il_landlock_ruleset(
      handled, isolated && version >= 4 ? 3 : 0, version >= 6 ? (isolated ? 3 : 2) : 0,
      version >= 6 ? 24 : version >= 4 ? 16 : 8)
    guard descriptor >= 0 else { return nil }
    ruleset = descriptor
  }

  /// Allows what lies at and below `path`, but nothing that is hidden; one that is not there is
  /// passed over.
  package func allow(_ path: String, _ access: Access) throws(Fatal) {
    guard let resolved = realpath(path, nil) else { return }
    defer { free(resolved) }
    try allow(real: String(cString: resolved), access)
  }

  /// Enters the domain for good.
  package consuming func enter() throws(Fatal) {
    defer { close(ruleset) }
    guard il_prctl(PR_SET_NO_NEW_PRIVS, 1) == 0, il_landlock_enter(ruleset) == 0 else {
      throw Fatal(.internalError, "unable to enter a Landlock domain: \(SystemError.text())")
    }
  }

  // MARK: -

  private func allow(real path: String, _ access: Access) throws(Fatal) {
    let prefix = path == "/" ? "/" : "\(path)/"
    guard !hidden.contains(where: { path == $0 || path.hasPrefix("\($0)/") }) else { return }
    guard hidden.contains(where: { $0.hasPrefix(prefix) }) else {
      return try rule(path, rights(access))
    }
    try rule(path, Self.readFolder)
    for entry in Self.entries(of: path) { try allow(real: prefix + entry, access) }
  }

  private func rule(_ path: String, _ rights: UInt64) throws(Fatal) {
    let descriptor = open(path, O_CLOEXEC | O_NOFOLLOW | 0o10000000 /* O_PATH */)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { return }
    let isFolder = information.st_mode & S_IFMT == S_IFDIR
    // A link is no place of its own: where it leads is judged.
    guard information.st_mode & S_IFMT != S_IFLNK else { return }
    let rights = rights & handled & (isFolder ? .max : Self.ofFiles)
    guard il_landlock_allow(ruleset, descriptor, rights) == 0 else {
      throw Fatal(.internalError, "unable to allow \(path) to itself: \(SystemError.text())")
    }
  }

  private func rights(_ access: Access) -> UInt64 {
    let reading = Self.execute | Self.readFile | Self.readFolder
    switch access {
    case .read: return reading
    case .use: return reading | Self.writeFile | Self.truncate
    case .write: return .max
    }
  }

  private static func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream), names.count < mostEntries {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Without links; of a path that is not there yet, its folder's.
  package static func real(_ path: String) -> String {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return path }
    return real(String(path[..<slash])) + path[slash...]
  }
}
