import CLinux
import Glibc
import Testing

@testable import Daemon

@Suite("lifeline")
struct LifelineTests {
  @Test func `packets arrive whole, in order and as they were`() throws {
    let (left, right) = try LifelineEnd.pair()
    let welcome = LifelinePacket.welcome(generation: 3, token: "00ff", build: "b")
    #expect(left.send(welcome) == .sent)
    #expect(left.send(LifelinePacket(.drain)) == .sent)
    #expect(right.receive() == .packet(welcome))
    #expect(right.receive() == .packet(LifelinePacket(.drain)))
    #expect(right.receive() == .nothing)
    #expect(right.send(.heartbeat(["phase": "ready"])) == .sent)
    #expect(left.receive() == .packet(.heartbeat(["phase": "ready"])))
  }

  @Test func `the end of one side is seen by the other, after what it said last`() throws {
    let right = try {
      let (left, right) = try LifelineEnd.pair()
      #expect(left.send(LifelinePacket(.drained)) == .sent)
      return right
    }()
    #expect(right.receive() == .packet(LifelinePacket(.drained)))
    #expect(right.receive() == .closed)
    #expect(right.send(LifelinePacket(.stop)) == .closed)
  }

  @Test func `a side that does not read makes the other full, never blocked`() throws {
    let (left, right) = try LifelineEnd.pair()
    var sent = 0
    while sent < 100_000, left.send(.heartbeat(["n": "\(sent)"])) == .sent { sent += 1 }
    #expect(sent > 0 && sent < 100_000)
    #expect(left.send(LifelinePacket(.stop)) == .full)
    #expect(right.receive() == .packet(.heartbeat(["n": "0"])))
    #expect(left.send(LifelinePacket(.stop)) == .sent)
  }

  @Test(arguments: [
    "x", "{}", "[]", "{\"type\":\"obey\"}", "{\"type\":1}", "{\"type\":\"welcome\"",
    String(repeating: "x", count: 100_000),
  ])
  func `what is no packet of ours is malformed and does not end the line`(_ text: String) throws {
    let (left, right) = try LifelineEnd.pair()
    let bytes = Array(text.utf8)
    let count = Glibc.send(left.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    try #require(count == bytes.count)
    #expect(left.send(LifelinePacket(.drain)) == .sent)
    #expect(right.receive() == .malformed)
    #expect(right.receive() == .packet(LifelinePacket(.drain)))
  }

  @Test func `a welcome of another build, a short token or no welcome is refused`() throws {
    func refusal(_ packet: LifelinePacket?) throws -> ExitCode? {
      let (supervisor, stage) = try LifelineEnd.pair()
      if let packet { #expect(supervisor.send(packet) == .sent) }
      return withExtendedLifetime(supervisor) {
        do throws(Fatal) {
          _ = try Welcome.await(on: stage, build: "ours")
          return nil
        } catch { return error.code }
      }
    }
    let token = String(repeating: "0f", count: RandomToken.length)
    #expect(try refusal(.welcome(generation: 1, token: token, build: "ours")) == nil)
    #expect(
      try refusal(.welcome(generation: 1, token: token, build: "theirs")) == .internalError)
    #expect(try refusal(.welcome(generation: 1, token: "0f", build: "ours")) == .tryAgain)
    #expect(
      try refusal(.welcome(generation: 1, token: "zz" + token.dropFirst(2), build: "ours"))
        == .tryAgain)
    #expect(try refusal(LifelinePacket(.drain)) == .tryAgain)
  }
}
