import Domain
import Testing

@testable import Wire

/// What a strategy program may be on a link, and what it hears of itself.
@Suite("programs on a link")
struct ProgramLinkTests {
  private static let peer: [UInt8] = [1]

  private static func receiver() -> LinkReceiver {
    LinkReceiver(epoch: 9, token: Sample.token, build: Sample.build) { name in
      Array(name.utf8) + [0]
    }
  }

  private static func hello(
    _ source: String, token: [UInt8], build: String = "", after: UInt64 = 0
  ) -> LinkFrame {
    .hello(
      LinkHello(epoch: 5, token: token, build: build, source: source, reportsAfter: after))
  }

  private func refusal(_ effects: [LinkReceiver.Effect]) -> String? {
    guard case .send(_, .refusal(_, let reason)) = effects.first else { return nil }
    return reason
  }

  @Test func `a program is heard under the name of its token, whatever its build`() {
    var receiver = Self.receiver()
    let effects = receiver.receive(
      Self.hello("program/mine", token: Array("mine".utf8) + [0], after: 7), from: Self.peer)
    #expect(
      effects == [
        .send(Self.peer, .welcome(epoch: 5, receiverEpoch: 9)),
        .greeted("program/mine", reportsAfter: 7),
      ])
  }

  @Test(arguments: ["program/other", "signal-service", "program/", "risk-gate"])
  func `its token opens no other name`(_ source: String) {
    var receiver = Self.receiver()
    let effects = receiver.receive(
      Self.hello(source, token: Array("mine".utf8) + [0], build: Sample.build), from: Self.peer)
    #expect(refusal(effects)?.contains("token") == true)
    let data = LinkFrame.data(epoch: 5, sequence: 1, payload: [1])
    #expect(refusal(receiver.receive(data, from: Self.peer)) == LinkReceiver.helloFirst)
  }

  @Test func `the instance's token makes nobody a program`() {
    var receiver = Self.receiver()
    let effects = receiver.receive(
      Self.hello("program/mine", token: Sample.token, build: Sample.build), from: Self.peer)
    #expect(refusal(effects) == "the token is not that of program/mine")
  }

  @Test func `the router hears no program at all`() {
    var receiver = LinkReceiver(epoch: 9, token: Sample.token, build: Sample.build)
    let effects = receiver.receive(
      Self.hello("program/mine", token: Sample.token, build: Sample.build), from: Self.peer)
    #expect(refusal(effects) == "programs are not heard here")
  }

  @Test func `a report reaches the life it is for and no other`() throws {
    var receiver = Self.receiver()
    _ = receiver.receive(
      Self.hello("program/mine", token: Array("mine".utf8) + [0]), from: Self.peer)
    let report = Sample.report(
      .position(Position(instrument: Sample.exit().instrument, signedLots: 3)))
    #expect(receiver.report(report, to: "program/other").isEmpty)
    #expect(
      receiver.report(report, to: "program/mine")
        == [.send(Self.peer, .report(epoch: 5, report))])
    var sender = LinkSender(
      hello: LinkHello(epoch: 5, token: [], build: "", source: "program/mine"))
    let now = MachineTime(nanoseconds: 1)
    #expect(sender.receive(.report(epoch: 4, report), now: now).isEmpty)
    #expect(sender.receive(.report(epoch: 5, report), now: now) == [.report(report)])
  }

  @Test func `a payload is an exit or something else, never both`() throws {
    let exit = Codec.encode(Sample.exit())
    #expect(try Codec.decodeExit(exit) == Sample.exit())
    let signal = Codec.encode(try Sample.signal())
    #expect(try Codec.decodeExit(signal) == nil)
    #expect(try Codec.decodeExit([]) == nil)
    #expect(throws: WireError.self) { _ = try Codec.decodeExit(exit + signal) }
    #expect(throws: WireError.self) { _ = try Codec.decodeSignal(exit) }
    #expect(throws: WireError.self) { _ = try Codec.decodeIntent(exit) }
  }
}
