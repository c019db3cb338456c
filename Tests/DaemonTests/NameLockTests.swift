import Foundation
import Testing

@testable import Daemon

@Suite("a name that one process holds")
struct NameLockTests {
  private let name = "interlock-test-\(UUID().uuidString)"

  private func refusal() -> Fatal? {
    do {
      _ = try NameLock(name, what: "the key", remedy: "stop the other one")
      return nil
    } catch {
      return error
    }
  }

  @Test func `one that is taken names its holder, and goes with its owner`() throws {
    var lock: NameLock? = try NameLock(name, what: "the key", remedy: "stop it")
    // Far more than the kernel lets wait to be told: all are refused, and none is left hanging.
    for count in 0..<200 {
      let error = try #require(refusal(), "attempt \(count)")
      #expect(error.code == .tryAgain)
      #expect(error.message.contains("unable to lock the key: "), "\(error)")
      #expect(error.message.contains("process"), "\(error)")
      #expect(error.message.hasSuffix("holds it: stop the other one"), "\(error)")
      if count == 0 { #expect(error.message.contains("process \(getpid()) holds it"), "\(error)") }
    }
    #expect(lock != nil)
    lock = nil
    #expect(refusal() == nil)
  }

  @Test func `names that only begin alike are two`() throws {
    let long = try NameLock("\(name)-and-more", what: "a", remedy: "")
    let short = try NameLock(name, what: "b", remedy: "")
    withExtendedLifetime((long, short)) {}
  }

  @Test func `a name that does not fit is refused`() {
    #expect(throws: Fatal.self) {
      try NameLock(String(repeating: "x", count: 200), what: "the key", remedy: "")
    }
  }

  /// A process that is killed gives the name back; the kernel does it.
  @Test func `a process that is killed gives its name back`() async throws {
    let name: String = name
    await #expect(processExitsWith: .signal(SIGKILL)) { [name = name as String] in
      let lock = try? NameLock(name, what: "the key", remedy: "")
      guard lock != nil else { exit(3) }
      kill(getpid(), SIGKILL)
      withExtendedLifetime(lock) {}
    }
    #expect(refusal() == nil)
  }
}
