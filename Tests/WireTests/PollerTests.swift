import Domain
import Glibc
import Testing

@testable import Wire

@Suite("poller")
struct PollerTests {
  private func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  private func wait(
    _ descriptors: [PollDescriptor], _ milliseconds: Int64, sockets: [SocketHandle] = []
  ) throws -> [PollDescriptor] {
    let now = Wait.now()
    return try Poller().wait(
      sockets: sockets, descriptors: descriptors,
      until: now.advanced(byMilliseconds: milliseconds), now: now
    ).descriptors
  }

  @Test func `a plain pipe wakes it, and only what happened is named`() throws {
    let (full, empty) = (try pipe(), try pipe())
    defer { for end in [full.reading, full.writing, empty.reading, empty.writing] { close(end) } }
    let both = [
      PollDescriptor(descriptor: empty.reading), PollDescriptor(descriptor: full.reading),
    ]
    #expect(try wait(both, 10).isEmpty, "nothing happened, the time is over")
    try #require(write(full.writing, "x", 1) == 1)
    #expect(try wait(both, 60_000) == [PollDescriptor(descriptor: full.reading)])
    #expect(
      try wait([PollDescriptor(descriptor: full.writing, readable: false, writable: true)], 60_000)
        == [PollDescriptor(descriptor: full.writing, readable: false, writable: true)])
  }

  @Test func `the other end's death counts as readable`() throws {
    let ends = try pipe()
    defer { close(ends.reading) }
    close(ends.writing)
    #expect(
      try wait([PollDescriptor(descriptor: ends.reading)], 60_000)
        == [PollDescriptor(descriptor: ends.reading)])
  }

  @Test func `a moment that has passed is not waited for`() throws {
    let ends = try pipe()
    defer { for end in [ends.reading, ends.writing] { close(end) } }
    let now = Wait.now()
    let ready = try Poller().wait(
      sockets: [], descriptors: [PollDescriptor(descriptor: ends.reading)],
      until: MachineTime(nanoseconds: 0), now: now)
    #expect(ready.descriptors.isEmpty)
  }

  @Test func `a moment is never cut short`() throws {
    for _ in 0..<20 {
      let now = Wait.now()
      let until = MachineTime(nanoseconds: now.nanoseconds + 1_300_000)
      _ = try Poller().wait(sockets: [], descriptors: [], until: until, now: now)
      #expect(Wait.now() >= until)
    }
  }

  @Test func `a message wakes it although no descriptor is ready`() throws {
    let folder = try RunFolder()
    let context = try ZMQContext()
    let ends = try pipe()
    defer { for end in [ends.reading, ends.writing] { close(end) } }
    let server = try RequestServer(context: context, endpoint: folder.run.replay)
    let client = try RequestClient(context: context, endpoint: folder.run.replay)
    var isHeard = false
    try Wait.until([]) {
      _ = client.ask(.replay(from: 1, count: 1))
      let ready = try wait(
        [PollDescriptor(descriptor: ends.reading)], 20, sockets: [server.handle])
      #expect(ready.isEmpty)
      isHeard = isHeard || server.receive() != nil
      return isHeard
    }
  }
}
