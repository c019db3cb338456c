import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Console

/// A page that reads slowly: what it loses, what it is told, what it costs.
@Suite("console: open pages")
struct EventHubTests {
  private static let beat = Array("event: beat\ndata: 1\n\n".utf8)

  private func section(_ value: String) -> EventSection {
    EventSection("overview", ["value": .string(value)])
  }

  /// What has been written to the page since the last call.
  private func written(_ channel: EmbeddedChannel) throws -> String {
    var text = ""
    while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
      if case .body(.byteBuffer(let buffer)) = part { text += String(buffer: buffer) }
    }
    return text
  }

  @Test func `a page is told what changes, and a new one everything`() throws {
    let hub = EventHub(most: 2)
    let first = EmbeddedChannel()
    #expect(hub.open(first, ["overview"]))
    hub.publish([section("a")], beat: Self.beat, now: 0)
    #expect(try written(first).contains("{\"value\":\"a\"}"))
    hub.publish([section("a")], beat: Self.beat, now: 1)
    #expect(try written(first) == "event: beat\ndata: 1\n\n", "nothing new but the beat")
    let second = EmbeddedChannel()
    #expect(hub.open(second, ["overview"]))
    hub.publish([], beat: Self.beat, now: 2)
    #expect(try written(second).contains("{\"value\":\"a\"}"))
    #expect(!hub.open(EmbeddedChannel(), ["overview"]), "one too many")
    hub.close(second)
    #expect(hub.count == 1)
  }

  @Test func `a page that does not read is skipped, told so, and brought up to date`() throws {
    let hub = EventHub(most: 2)
    let slow = EmbeddedChannel()
    #expect(hub.open(slow, ["overview"]))
    hub.publish([section("a")], beat: Self.beat, now: 0)
    _ = try written(slow)
    slow.isWritable = false
    for number in 0..<1000 {
      hub.publish([section("\(number)")], beat: Self.beat, now: Int64(number))
    }
    #expect(try written(slow).isEmpty, "nothing waits for it")
    #expect(hub.skipped == 1000)
    slow.isWritable = true
    hub.publish([], beat: Self.beat, now: 1001)
    let text = try written(slow)
    #expect(text.contains("event: skipped\ndata: 1000\n\n") && text.contains("\"999\""))
  }

  @Test func `one that never reads is closed after a minute`() throws {
    let hub = EventHub(most: 2)
    let dead = EmbeddedChannel()
    try dead.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    #expect(hub.open(dead, ["overview"]))
    dead.isWritable = false
    hub.publish([section("a")], beat: Self.beat, now: 0)
    hub.publish([section("b")], beat: Self.beat, now: 60_000)
    #expect(dead.isActive)
    hub.publish([section("c")], beat: Self.beat, now: 60_001)
    dead.embeddedEventLoop.run()
    #expect(!dead.isActive)
  }
}
