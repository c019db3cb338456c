import Foundation
import Testing

@testable import Daemon

/// Each test enters a domain in a process of its own, for a domain is never left.
@Suite("Landlock")
struct LandlockTests {
  private static func isMissing() -> Bool {
    guard Landlock.version == 0 else { return false }
    FileHandle.standardError.write(
      Data("SKIPPED, LOUDLY: no Landlock in this kernel: no stage can be kept from the key\n".utf8))
    return true
  }

  /// `keys/trading` beside `keys/other` and `state/`, all of them readable.
  private static func scene() throws -> ScratchFolder {
    let scratch = try ScratchFolder()
    for folder in ["keys", "state", "elsewhere"] {
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
    }
    for file in ["keys/trading", "keys/other", "state/old", "elsewhere/file"] {
      try Data("x".utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/\(file)"))
    }
    return scratch
  }

  private static func opens(_ path: String, _ flags: Int32 = O_RDONLY) -> Bool {
    let descriptor = open(path, flags, 0o600)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  @Test func `a hidden file is out of reach, what lies beside it is not`() async throws {
    if Self.isMissing() { return }
    let scratch = try Self.scene()
    await #expect(processExitsWith: .exitCode(7)) { [path = scratch.path as String] in
      guard Self.opens("\(path)/keys/trading") else { exit(1) }
      let domain = Landlock(hiding: ["\(path)/keys/trading"], isolated: false)
      guard let domain else { exit(2) }
      try domain.allow("/", .read)
      try domain.allow("\(path)/state", .write)
      try domain.enter()
      guard !Self.opens("\(path)/keys/trading"), errno == EACCES else { exit(3) }
      // By other ways to the same file.
      symlink("\(path)/keys/trading", "\(path)/state/link")
      guard !Self.opens("\(path)/state/link") else { exit(4) }
      guard !Self.opens("\(path)/state/../keys/trading") else { exit(5) }
      guard link("\(path)/keys/trading", "\(path)/state/hard") != 0 else { exit(6) }
      guard !Self.opens("/proc/self/root\(path)/keys/trading") else { exit(8) }
      guard Self.opens("\(path)/keys/other"), Self.opens("\(path)/elsewhere/file") else { exit(9) }
      exit(7)
    }
  }

  @Test func `what appears beside a hidden file later is out of reach too`() async throws {
    if Self.isMissing() { return }
    let scratch = try Self.scene()
    await #expect(processExitsWith: .exitCode(7)) { [path = scratch.path as String] in
      let domain = Landlock(hiding: ["\(path)/keys/trading"], isolated: false)
      guard let domain else { exit(2) }
      try domain.allow("/", .read)
      try domain.allow("\(path)/state", .write)
      let ready = "\(path)/state/go"
      // Written by a process outside the domain: this one's child from before.
      var pid: pid_t = 0
      let script =
        "while [ ! -e \(ready) ]; do sleep 0.02; done; "
        + "echo x > \(path)/keys/next; echo x > \(ready).2"
      let words: [String] = ["sh", "-c", script]
      var argv: [UnsafeMutablePointer<CChar>?] = []
      for word in words { argv.append(strdup(word)) }
      argv.append(nil)
      guard posix_spawn(&pid, "/bin/sh", nil, nil, argv, environ) == 0 else { exit(3) }
      try domain.enter()
      guard Self.opens(ready, O_CREAT | O_WRONLY) else { exit(4) }
      var turns = 0
      while !Self.opens("\(ready).2"), turns < 6000 {
        usleep(10_000)
        turns += 1
      }
      guard turns < 6000, !Self.opens("\(path)/keys/next"), errno == EACCES else { exit(5) }
      exit(7)
    }
  }

  @Test func `only what may be written is`() async throws {
    if Self.isMissing() { return }
    let scratch = try Self.scene()
    await #expect(processExitsWith: .exitCode(7)) { [path = scratch.path as String] in
      guard let domain = Landlock(hiding: [], isolated: true) else { exit(2) }
      try domain.allow("/", .read)
      try domain.allow("/dev", .use)
      try domain.allow("\(path)/state", .write)
      try domain.allow("\(path)/nowhere", .write)
      try domain.enter()
      guard Self.opens("\(path)/state/new", O_CREAT | O_RDWR) else { exit(3) }
      guard rename("\(path)/state/new", "\(path)/state/newer") == 0 else { exit(4) }
      guard mkdir("\(path)/state/deep", 0o700) == 0, unlink("\(path)/state/old") == 0 else {
        exit(5)
      }
      guard !Self.opens("\(path)/elsewhere/file", O_WRONLY) else { exit(6) }
      guard !Self.opens("\(path)/elsewhere/new", O_CREAT | O_WRONLY) else { exit(8) }
      guard unlink("\(path)/elsewhere/file") != 0, Self.opens("/dev/null", O_WRONLY) else {
        exit(9)
      }
      if Landlock.version >= 6 {
        guard kill(getppid(), 0) != 0, errno == EPERM else { exit(10) }
      }
      exit(7)
    }
  }
}
