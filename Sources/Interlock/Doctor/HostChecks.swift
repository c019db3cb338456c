import Daemon

/// What is judged of this machine; each takes what was found and looks at nothing itself.
enum HostChecks {
  static let diskWarnBytes: Int64 = 1 << 30
  static let diskFailBytes: Int64 = 100 << 20
  static let leastDescriptors: UInt64 = 1024
  static let goodDescriptors: UInt64 = 4096

  /// `banner` is what `swift --version` prints; nil without a toolchain.
  static func toolchain(_ banner: String?) -> CheckRow {
    guard let banner else {
      return .skip("toolchain", "no swift here; installed binaries need none")
    }
    let words = banner.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let place = words.firstIndex(of: "version"), place + 1 < words.count,
      let found = LibraryVersion(words[place + 1]), let least = LibraryVersion("6.3")
    else {
      return .warn("toolchain", "version not understood: \(banner.prefix(80))", "install Swift 6.3")
    }
    guard found >= least else {
      return .fail("toolchain", "Swift \(found) does not build this", "install Swift 6.3")
    }
    return .ok("toolchain", "Swift \(found)")
  }

  static func libzmq(_ version: String) -> CheckRow {
    guard let found = LibraryVersion(version), let least = LibraryVersion("4.3") else {
      return .fail("libzmq", "version \(version) is not understood", "install libzmq5")
    }
    guard found >= least else {
      return .fail("libzmq", "\(found) is too old", "install libzmq 4.3 or newer")
    }
    return .ok(
      "libzmq",
      "\(version): a listener aborts when its descriptors run out (no version is without), so "
        + "strangers meet only the tap relay; no heartbeats, topics or manual XPUB are used")
  }

  /// `folders` with mode and owner; a missing one is made at the start.
  static func permissions(
    _ folders: [(path: String, mode: UInt32, owner: UInt32)], user: UInt32
  ) -> CheckRow {
    if let foreign = folders.first(where: { $0.owner != user }) {
      return .fail(
        "permissions", "\(foreign.path) belongs to user \(foreign.owner)",
        "chown it, or give another folder")
    }
    if let open = folders.first(where: { $0.mode & 0o077 != 0 }) {
      return .warn(
        "permissions", "\(open.path) has mode 0\(String(open.mode, radix: 8))",
        "chmod 700; the next start does it")
    }
    return .ok("permissions", "\(folders.count) folders are closed to others")
  }

  static func disk(_ freeBytes: Int64?, _ path: String) -> CheckRow {
    guard let freeBytes else {
      return .fail("disk", "unable to look at \(path)", "give --state-dir a folder that exists")
    }
    let found = "\(freeBytes >> 20) MiB free for \(path)"
    let remedy = "make room, or move the state to a larger disk"
    if freeBytes < diskFailBytes { return .fail("disk", found, remedy) }
    if freeBytes < diskWarnBytes { return .warn("disk", found, remedy) }
    return .ok("disk", found)
  }

  /// A clock before this program was written is wrong whatever the kernel says.
  static func clock(isSynchronised: Bool?, wallMilliseconds: Int64) -> CheckRow {
    guard wallMilliseconds > 1_767_225_600_000 else {
      return .fail("clock", "it is not yet 2026 here", "set the clock, then systemd-timesyncd")
    }
    switch isSynchronised {
    case true?: return .ok("clock", "the kernel says that it is synchronised")
    case false?:
      return .warn(
        "clock", "nothing synchronises it", "enable systemd-timesyncd or chrony; see also skew")
    case nil: return .skip("clock", "the kernel does not say")
    }
  }

  static func limits(descriptors: UInt64) -> CheckRow {
    let found = "at most \(descriptors) open files"
    let remedy = "raise it: LimitNOFILE= in the unit, or ulimit -n"
    if descriptors < leastDescriptors { return .fail("limits", found, remedy) }
    if descriptors < goodDescriptors { return .warn("limits", found, remedy) }
    return .ok("limits", found)
  }

  /// What lies in the run directory; `owner` is the supervisor that its `instance.json` names.
  enum RunState: Equatable {
    case empty
    case running(pid: Int32)
    /// Somebody else's pipeline is in this run directory.
    case taken(stateDirectory: String)
    case left(sockets: Int)
    case unreadable(String)
  }

  static func sockets(_ state: RunState, _ path: String) -> CheckRow {
    switch state {
    case .empty: .ok("sockets", "nothing lies in \(path)")
    case .running(let pid): .ok("sockets", "in use by the pipeline of process \(pid)")
    case .taken(let other):
      .fail(
        "sockets", "\(path) is in use by the pipeline of \(other)", "give another --run-dir")
    case .left(let count):
      .warn(
        "sockets", "\(count) sockets of a pipeline that was killed lie in \(path)",
        "nothing: the next start removes them")
    case .unreadable(let why):
      .fail("sockets", why, "remove \(path)/instance.json when no pipeline runs")
    }
  }
}
