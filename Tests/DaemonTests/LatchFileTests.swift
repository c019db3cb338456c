import Foundation
import Testing

@testable import Daemon

/// The latch on a real disk; missing, torn and foreign are latched.
@Suite("the latch file")
struct LatchFileTests {
  private let folder: ScratchFolder
  private let owner = LatchFile.owner(account: "demo", profile: .demo)

  init() throws { folder = try ScratchFolder() }

  private func open(makes: Bool = false) throws -> LatchFile {
    try LatchFile(stateDirectory: folder.path, owner: owner, makes: makes)
  }

  private func entry(
    _ scope: String = "all", by: String = "ann", reason: String = "test", flatten: Bool = false
  ) -> LatchBlock.Entry {
    LatchBlock.Entry(scope: scope, by: by, reason: reason, since: 7, flatten: flatten)
  }

  @Test func `a press is seen by whoever has the file open, in place and in its size`() throws {
    let router = try open(makes: true)
    #expect(router.read() == .clear)
    let inode = try FileManager.default.attributesOfItem(atPath: folder.file("latch"))
    try open().press(entry())
    #expect(router.read() == .active([entry()]))
    let after = try FileManager.default.attributesOfItem(atPath: folder.file("latch"))
    #expect(after[.systemFileNumber] as? Int == inode[.systemFileNumber] as? Int)
    #expect(after[.size] as? Int == LatchBlock.size)
  }

  @Test func `a press that closes more is not covered by one that closes less`() throws {
    let latch = try open(makes: true)
    let wide = LatchBlock.Entry(
      scope: "all", by: "ann", reason: "test", since: 9, flatten: true, foreign: true)
    for entry in [entry(), entry(flatten: true), wide] { try latch.press(entry) }
    #expect(latch.read() == .active([entry(), entry(flatten: true), wide]))
    #expect(wide.closesForeign && !entry(flatten: true).closesForeign)
    try latch.press(entry("instrument:PF_X", flatten: true))
    #expect(latch.read() == .active([entry(), entry(flatten: true), wide]), "covered")
  }

  @Test(arguments: ["", "x", String(repeating: "y", count: 4096)])
  func `what is no block is latched, and a press makes it say why`(_ content: String) throws {
    _ = try folder.write(content, to: "latch")
    let latch = try open(makes: true)
    guard case .unreadable = latch.read() else {
      Issue.record("\(latch.read())")
      return
    }
    try latch.press(entry("strategy:breakout"))
    guard case .active(let entries) = latch.read() else {
      Issue.record("\(latch.read())")
      return
    }
    #expect(entries.map(\.scope) == ["strategy:breakout", "all"])
  }

  @Test func `any torn byte of a block without presses is latched`() throws {
    let latch = try open(makes: true)
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("latch")))
    let used = try #require(whole.firstIndex(of: 0))
    for index in whole.indices.prefix(used) {
      var torn = whole
      torn[index] ^= 1
      let handle = try #require(FileHandle(forWritingAtPath: folder.file("latch")))
      try handle.write(contentsOf: torn)
      try handle.close()
      #expect(latch.read().isActive, "byte \(index)")
    }
  }

  @Test func `another account's latch is latched`() throws {
    _ = try open(makes: true)
    let other = try LatchFile(
      stateDirectory: folder.path, owner: LatchFile.owner(account: "demo", profile: .live),
      makes: false)
    #expect(other.read().isActive)
  }

  @Test func `a file taken away is missing for whoever still holds it open`() throws {
    let router = try open(makes: true)
    try FileManager.default.removeItem(atPath: folder.file("latch"))
    #expect(router.read().isActive)
    try open().press(entry())
    guard case .active(let entries) = router.read() else {
      Issue.record("\(router.read())")
      return
    }
    #expect(entries.last == entry())
  }

  @Test func `a file moved aside is missing too, and a press beside it is seen`() throws {
    let router = try open(makes: true)
    #expect(!router.read().isActive)
    try FileManager.default.moveItem(
      atPath: folder.file("latch"), toPath: folder.file("latch.bak"))
    #expect(router.read().isActive)
    try open().press(entry())
    guard case .active(let entries) = router.read() else {
      Issue.record("\(router.read())")
      return
    }
    #expect(entries.last == entry())
  }

  @Test func `sixteen presses of the longest words fit or become one that stops everything`()
    throws
  {
    let latch = try open(makes: true)
    let long = String(repeating: "\"\u{1}", count: 200)
    for number in 0..<40 {
      try latch.press(
        entry("instrument:\(number)\(long)", by: long, reason: long, flatten: number == 0))
    }
    guard case .active(let entries) = latch.read() else {
      Issue.record("\(latch.read())")
      return
    }
    #expect(entries.first?.scope == "all" && entries.first?.flatten == true)
  }

  @Test func `presses of many threads at once are all there`() async throws {
    _ = try open(makes: true)
    let path = folder.path
    let owner = owner
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          try LatchFile(stateDirectory: path, owner: owner, makes: false).press(
            LatchBlock.Entry(
              scope: "instrument:I\(number)", by: "t", reason: "race", since: 1))
        }
      }
      try await group.waitForAll()
    }
    guard case .active(let entries) = try open().read() else {
      Issue.record("not active")
      return
    }
    #expect(Set(entries.map(\.scope)).count == 8)
  }

  @Test func `clearing takes away only what was acknowledged`() throws {
    let latch = try open(makes: true)
    try latch.press(entry())
    let acknowledged = latch.read()
    try open().press(entry(flatten: true))
    #expect(try latch.clear { $0 == acknowledged } == false)
    #expect(latch.read().isActive)
    let now = latch.read()
    #expect(try latch.clear { $0 == now })
    #expect(try open().read() == .clear)
  }

  @Test func `a process is told apart from a later one of its id`() throws {
    let ours = try #require(ProcessMark(pid: getpid()))
    #expect(ours.isAlive)
    let earlier = ProcessMark(pid: getpid(), start: ours.start - 1)
    #expect(!earlier.isAlive)
    #expect(!earlier.kill(), "or this test would have ended")
    #expect(ProcessMark(pid: Int32.max) == nil)
  }
}
