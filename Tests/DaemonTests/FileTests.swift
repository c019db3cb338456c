import Foundation
import Testing

@testable import Daemon

@Suite("files")
struct FileTests {
  private func fails(_ code: ExitCode, says word: String, _ body: () throws(Fatal) -> Void) {
    do {
      try body()
      Issue.record("accepted; expected \(word)")
    } catch {
      #expect(error.code == code, "\(error)")
      #expect(error.message.contains(word), "\(word) in: \(error)")
    }
  }

  // MARK: - Locks

  /// The supervisor stops everything for what a person has to change, and starts again else.
  @Test(arguments: [
    (EIO, ExitCode.internalError), (ENOSPC, .internalError), (EMFILE, .internalError),
    (EACCES, .badConfiguration), (EROFS, .badConfiguration), (EOPNOTSUPP, .badConfiguration),
    (ENOENT, .badConfiguration),
  ])
  func `trouble of the moment is told from what a person has to change`(
    number: Int32, code: ExitCode
  ) {
    #expect(SystemError.exitCode(number) == code)
  }

  @Test func `a lock that is held names its holder, and goes with its owner`() throws {
    let folder = try ScratchFolder()
    var lock: FileLock? = try FileLock(folder.file("lock"), remedy: "stop it")
    fails(.tryAgain, says: "process \(getpid()) holds it: stop it") { () throws(Fatal) in
      _ = try FileLock(folder.file("lock"), remedy: "stop it")
    }
    #expect(lock != nil)
    lock = nil
    _ = try FileLock(folder.file("lock"), remedy: "stop it")
  }

  @Test func `a lock file that is a link or cannot be made is refused`() throws {
    let folder = try ScratchFolder()
    #expect(symlink("/etc/passwd", folder.file("link")) == 0)
    fails(.badConfiguration, says: "link") { () throws(Fatal) in
      _ = try FileLock(folder.file("link"), remedy: "")
    }
    fails(.badConfiguration, says: "none/lock") { () throws(Fatal) in
      _ = try FileLock(folder.file("none/lock"), remedy: "")
    }
  }

  // MARK: - Atomic files

  @Test func `an atomic file is replaced whole, with its mode, and leaves no neighbour`() throws {
    let folder = try ScratchFolder()
    let identity = Identity(account: "demo", profile: .demo)
    try AtomicFile.writeJSON(identity, to: folder.file("identity.json"), durable: true)
    let other = Identity(account: "other", profile: .paper)
    try AtomicFile.writeJSON(other, to: folder.file("identity.json"))
    #expect(
      try AtomicFile.readJSON(Identity.self, from: folder.file("identity.json")) == other)
    #expect(try folder.mode("identity.json") == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["identity.json"])
  }

  @Test func `an atomic file that is absent is nil, and one that is not ours is refused`() throws {
    let folder = try ScratchFolder()
    #expect(try AtomicFile.readJSON(Identity.self, from: folder.file("none")) == nil)
    let path = try folder.write("{\"account\":1}", to: "bad.json")
    fails(.tryAgain, says: path) { () throws(Fatal) in
      _ = try AtomicFile.readJSON(Identity.self, from: path)
    }
  }

  @Test func `a failed write leaves the old text and no rubbish`() throws {
    let folder = try ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("taken/inside"), withIntermediateDirectories: true)
    fails(.tryAgain, says: "taken") { () throws(Fatal) in
      try AtomicFile.write([1, 2, 3], to: folder.file("taken"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
  }

  // MARK: - Files that only grow

  @Test func `lines are appended whole, across lives`() throws {
    let folder = try ScratchFolder()
    try AppendOnlyFile(folder.file("deep/lines.jsonl")).append("one")
    let again = try AppendOnlyFile(folder.file("deep/lines.jsonl"))
    try again.append("two")
    #expect(try folder.read("deep/lines.jsonl") == "one\ntwo\n")
    #expect(try folder.mode("deep/lines.jsonl") == 0o600)
  }

  @Test func `a torn last line spoils no line after it`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("{\"a\":1}\n{\"torn", to: "lines.jsonl")
    try AppendOnlyFile(path).append("{\"b\":2}")
    #expect(try folder.read("lines.jsonl") == "{\"a\":1}\n{\"torn\n{\"b\":2}\n")
  }

  @Test func `a full disk is said at once`() throws {
    fails(.internalError, says: "/dev/full") { () throws(Fatal) in
      try AppendOnlyFile("/dev/full").append("x")
    }
  }

  // MARK: - Folders

  @Test func `a folder is made, closed to others and proved writable`() throws {
    let folder = try ScratchFolder()
    try Folder.prepare(folder.file("a/b"), flag: "--state-dir")
    #expect(try folder.mode("a/b") == 0o700)
    #expect(chmod(folder.file("a/b"), 0o755) == 0)
    try Folder.prepare(folder.file("a/b"), flag: "--state-dir")
    #expect(try folder.mode("a/b") == 0o700)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("a/b")).isEmpty)
  }

  @Test func `a folder that is a file, or under one, is refused with the flag`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("", to: "occupied")
    for wrong in [path, "\(path)/below"] {
      fails(.badConfiguration, says: "occupied") { () throws(Fatal) in
        try Folder.prepare(wrong, flag: "--state-dir")
      }
      fails(.badConfiguration, says: "--state-dir") { () throws(Fatal) in
        try Folder.prepare(wrong, flag: "--state-dir")
      }
    }
  }

  @Test func `a folder on which nothing can be written is refused`() throws {
    fails(.badConfiguration, says: "--state-dir") { () throws(Fatal) in
      try Folder.prepare("/proc/interlock", flag: "--state-dir")
    }
  }

  // MARK: - Credentials

  @Test func `credentials are written once, closed to others, and read back`() throws {
    let folder = try ScratchFolder()
    let credentials = Credentials(key: "key-1", secret: "c2VjcmV0")
    try credentials.write(to: folder.file("keys"))
    #expect(try folder.mode("keys") == 0o600)
    #expect(try Credentials.read(from: folder.file("keys")) == credentials)
    fails(.badConfiguration, says: "keys") { () throws(Fatal) in
      try credentials.write(to: folder.file("keys"))
    }
  }

  @Test func `no description of credentials holds the secret`() throws {
    let credentials = Credentials(key: "key-12345", secret: "c2VjcmV0")
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped] {
      #expect(!text.contains("c2VjcmV0") && !text.contains("key-12345"), "\(text)")
    }
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o666])
  func `credentials that others may read are refused`(_ mode: Int) throws {
    let folder = try ScratchFolder()
    let path = try folder.write("key=k\nsecret=c2VjcmV0\n", to: "keys", mode: mode)
    fails(.badConfiguration, says: "600") { () throws(Fatal) in
      _ = try Credentials.read(from: path)
    }
  }

  @Test(arguments: [
    "", "key=k\n", "secret=c2VjcmV0\n", "key=k\nsecret=not base64!\n", "key=k\nkey=l\n",
    "key=\nsecret=c2VjcmV0\n", "key=k\nsecret=\n", "user=k\nsecret=c2VjcmV0\n", "k\n",
  ])
  func `a credentials file that is none is refused without its text`(_ text: String) throws {
    let folder = try ScratchFolder()
    let path = try folder.write(text, to: "keys")
    do {
      _ = try Credentials.read(from: path)
      Issue.record("accepted")
    } catch {
      #expect(error.code == .badConfiguration)
      #expect(!error.message.contains("c2VjcmV0") && !error.message.contains("base64!"))
    }
  }

  @Test func `a link to credentials is refused, comments are not`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("# mine\n\n key=k\nsecret= c2VjcmV0\n", to: "keys", mode: 0o400)
    #expect(try Credentials.read(from: path).secret.exposed == "c2VjcmV0")
    #expect(symlink(path, folder.file("link")) == 0)
    fails(.badConfiguration, says: "link") { () throws(Fatal) in
      _ = try Credentials.read(from: folder.file("link"))
    }
  }
}
