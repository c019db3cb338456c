import Foundation
import Testing

@testable import Daemon

@Suite("strategy programs")
struct StrategyProgramTests {
  /// FIPS 180-4 examples, and lengths around a block's end against a second implementation.
  @Test func `SHA-256 gives the known answers`() {
    let known = [
      "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
      String(repeating: "a", count: 1000):
        "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3",
    ]
    for (text, digest) in known {
      #expect(RandomToken.hexadecimal(SHA256.digest(Array(text.utf8))) == digest)
    }
  }

  @Test func `each name has a token of its own in each instance`() {
    let tokens = [
      ProgramToken.bytes(instance: [1], program: "a"),
      ProgramToken.bytes(instance: [1], program: "b"),
      ProgramToken.bytes(instance: [2], program: "a"),
    ]
    #expect(Set(tokens).count == 3)
    #expect(tokens.allSatisfy { $0.count == 32 })
  }

  private func file(_ name: String, mode: Int = 0o755) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent(name).path
    try Data().write(to: folder.appendingPathComponent(name))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  @Test func `a program is named by its file`() throws {
    let programs = try StrategyProgram.read([
      file("range_breakout.py"), file("mine"), file("two.v2.sh"),
    ])
    #expect(programs.map(\.name) == ["range-breakout", "mine", "two"])
  }

  @Test func `what cannot be a strategy is refused with the reason`() throws {
    let refused: [(path: String, word: String)] = [
      (try file("Mine.py"), "small letters"), (try file("breakout.py"), "built-in"),
      (try file("mine.py", mode: 0o644), "make it an executable"),
      ("/nowhere/mine.py", "unable to find"), ("/usr", "executable file"),
    ]
    for (path, word) in refused {
      do throws(Fatal) {
        _ = try StrategyProgram.read([path])
        Issue.record("\(path) is refused")
      } catch {
        #expect(error.message.contains(word), "\(error.message)")
      }
    }
    #expect(throws: Fatal.self) {
      _ = try StrategyProgram.read([try file("mine.py"), try file("mine.sh")])
    }
  }
}
