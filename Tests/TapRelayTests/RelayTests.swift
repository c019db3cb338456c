import Domain
import Testing
import Wire

@testable import TapRelay

@Suite("relay")
struct RelayTests {
  private static let note = StreamBody.control(
    ControlNote(state: "x", generation: 1, detail: ""))

  private static func message(_ body: StreamBody) -> StreamMessage {
    StreamMessage(source: "market-data", epoch: 3, sequence: 4, body: body)
  }

  private func text(_ body: StreamBody?) -> String? {
    guard case .control(let note) = body else { return nil }
    return "\(note.state) \(note.generation) \(note.detail)"
  }

  @Test func `a message is passed on unchanged`() {
    var relay = Relay(generation: 7)
    let message = Self.message(Self.note)
    #expect(relay.hear(.message(message)) == .relayed(message))
    #expect(relay.relayed == 1)
  }

  @Test func `what was lost above the relay is said and counted`() {
    var relay = Relay(generation: 7)
    let gap = relay.hear(.gap(source: "market-data", missed: 5))
    #expect(text(gap) == "gap 7 source=market-data missed=5")
    #expect(relay.gaps == 5)
    _ = relay.hear(.gap(source: "market-data", missed: .max))
    #expect(relay.gaps == .max, "an absurd number from outside does not overflow")
  }

  @Test func `a new life above the relay is said`() {
    var relay = Relay(generation: 7)
    let note = relay.hear(.restarted(source: "order-router", epoch: 12))
    #expect(text(note) == "restarted 7 source=order-router epoch=12")
    #expect(relay.relayed == 0)
  }

  @Test func `rubbish and a relay of a relay are counted, not passed on`() {
    var relay = Relay(generation: 7)
    #expect(relay.hear(.malformed("no body")) == nil)
    #expect(relay.hear(.message(Self.message(.relayed(Self.message(Self.note))))) == nil)
    #expect(relay.malformed == 2)
    #expect(relay.relayed == 0)
  }
}
