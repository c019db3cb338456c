import Daemon
import Foundation
import Testing

@testable import Interlock

/// Which lines of a log are shown, as what, and that a log put aside is read on.
@Suite("lines of a log")
struct LogLineTests {
  private static let gate = "2026-11-24T09:00:00.123Z risk-gate[7] WARNING late by=1"
  private static let json =
    #"{"time":"T","process":"tap-relay","pid":7,"level":"error","message":"m"}"#

  @Test func `each form of a line tells its process and level`() {
    #expect(LogLine(Self.gate).process == "risk-gate" && LogLine(Self.gate).level == .warning)
    #expect(LogLine(Self.json).process == "tap-relay" && LogLine(Self.json).level == .error)
    let fatal = LogLine("order-router: fatal: unable to open ledger x: locked")
    #expect(fatal.process == "order-router" && fatal.isFatal)
    for strange in ["Assertion failed: x", "somebody: fatal: y", "2026 [x", "{torn"] {
      #expect(LogLine(strange).process == nil, "\(strange)")
    }
  }

  @Test func `any line becomes an object, and one that is an object stays as it is`() throws {
    for text in [Self.gate, Self.json, "Assertion failed"] {
      let value = try JSONSerialization.jsonObject(with: Data(LogLine(text).json.utf8))
      #expect(value is [String: Any], "\(text)")
    }
    #expect(LogLine(Self.json).json == Self.json)
  }

  @Test func `stage and level choose, and what belongs to a line goes with it`() {
    var filter = LogFilter(stage: "risk-gate", level: .warning)
    let quiet = Self.gate.replacing("WARNING", with: "INFO")
    let lines = [
      Self.gate, "  and a second line of it", Self.json, "  and a second line of that", quiet,
      "risk-gate: fatal: unable to",
    ]
    let passed = lines.map { filter.passes(LogLine($0)) }
    #expect(passed == [true, true, false, false, false, true])
  }

  @Test func `a file that is put aside and begun anew is read to its end and on`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("one\ntwo\nhal", to: "log")
    let file = LogFile(path)
    #expect(file.read() == ["one", "two"])
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("f\n".utf8))
    #expect(file.read() == ["half"])
    try handle.write(contentsOf: Data("last of the old\n".utf8))
    #expect(rename(path, folder.file("log.1")) == 0)
    _ = try folder.write("first of the new\n", to: "log")
    #expect(file.read() == ["last of the old", "first of the new"])
    #expect(file.read().isEmpty)
  }
}
