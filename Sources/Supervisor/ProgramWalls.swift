import CLinux
import Daemon
import Glibc

/// The walls around a strategy program: a user, a mount and a network namespace, Landlock inside.
///
/// 1. It has no network but sockets that are files, and of those it sees the room `open/` alone.
/// 2. It sees neither the state, nor the rest of the run directory, nor a key, nor `/proc`.
/// 3. It can write nowhere: every mount is read-only, and no capability outlives the building.
/// 4. A wall the kernel has no stones for is named; one that falls while it is built ends it all.
struct ProgramWalls {
  /// The one room it may see.
  let open: String
  /// The run directory, whose other rooms it may not.
  let run: String
  /// State, keys and whatever else is not its business.
  let hidden: [String]

  /// Builds them around this process, for good; says what could not be had.
  func build() throws(Fatal) -> [String] {
    var missing: [String] = []
    if !(try buildNamespaces()) {
      missing.append("namespaces (network, mounts): the kernel or a service manager forbids them")
    }
    switch Landlock.version {
    case 0: missing.append("Landlock: not in this kernel")
    case ..<6: missing.append("Landlock 6: it may signal processes of its user")
    default: break
    }
    try enterDomain()
    return missing
  }

  // MARK: - Namespaces

  private static let bind: UInt = 4096
  private static let privately: UInt = 1 << 18 | 16384
  private static let readOnly: UInt = 1

  private func buildNamespaces() throws(Fatal) -> Bool {
    let (user, group) = (geteuid(), getegid())
    guard il_unshare() == 0 else { return false }
    // Itself inside as well: files keep their owners, and an execution drops what was gained.
    try Self.write("deny", to: "/proc/self/setgroups")
    try Self.write("\(user) \(user) 1\n", to: "/proc/self/uid_map")
    try Self.write("\(group) \(group) 1\n", to: "/proc/self/gid_map")
    try Self.mount(nil, "/", nil, Self.privately, nil)
    let room = il_copy_mount(open)
    guard room >= 0 else {
      throw Fatal(.tryAgain, "unable to reach \(open): \(SystemError.text())")
    }
    defer { close(room) }
    for path in hidden + ["/proc"] { try cover(path) }
    try cover(run)
    try Self.folder(open)
    guard il_attach_mount(room, open) == 0 else {
      throw Fatal(.internalError, "unable to show \(open): \(SystemError.text())")
    }
    guard il_mounts_read_only() == 0, chdir("/") == 0 else {
      throw Fatal(.internalError, "unable to make all mounts read-only: \(SystemError.text())")
    }
    // Or the superuser's next execution would give them back.
    for capability in UInt(0)..<64 where il_prctl(PR_CAPBSET_DROP, capability) != 0 {
      guard errno == EINVAL else {
        throw Fatal(.internalError, "unable to drop capabilities: \(SystemError.text())")
      }
    }
    return true
  }

  /// Puts something empty over `path`; what is not there needs no cover, unless it is to be made.
  private func cover(_ path: String) throws(Fatal) {
    var information = stat()
    guard stat(path, &information) == 0 else {
      if path == run { try Self.folder(path) }
      return
    }
    if information.st_mode & S_IFMT == S_IFDIR {
      try Self.mount("none", path, "tmpfs", 0, "size=64k,mode=0755")
    } else {
      try Self.mount("/dev/null", path, nil, Self.bind, nil)
    }
  }

  private static func mount(
    _ source: String?, _ target: String, _ type: String?, _ flags: UInt, _ data: String?
  ) throws(Fatal) {
    guard il_mount(source, target, type, flags, data) == 0 else {
      throw Fatal(.internalError, "unable to cover \(target): \(SystemError.text())")
    }
  }

  private static func folder(_ path: String) throws(Fatal) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/\(part)"
      guard mkdir(made, 0o755) == 0 || errno == EEXIST || errno == EROFS else {
        throw Fatal(.internalError, "unable to make \(made): \(SystemError.text())")
      }
    }
  }

  private static func write(_ text: String, to path: String) throws(Fatal) {
    let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Fatal(.internalError, "unable to write \(path): \(SystemError.text())")
    }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw Fatal(.internalError, "unable to write \(path): \(SystemError.text())")
    }
  }

  // MARK: - Landlock

  /// The same once more by other means, and the only walls where namespaces are forbidden.
  private func enterDomain() throws(Fatal) {
    guard let domain = Landlock(hiding: hidden + [run], isolated: true) else { return }
    try domain.allow("/", .read)
    try domain.allow("/dev", .use)
    try domain.enter()
  }
}
