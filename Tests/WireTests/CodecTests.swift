import Domain
import Testing

@testable import Wire

@Suite("codec")
struct CodecTests {
  @Test func `every kind of message comes back as it was sent`() throws {
    for body in try Sample.bodies() {
      let message = Sample.message(body, 7)
      #expect(try Codec.decodeMessage(Codec.encode(message)) == message)
    }
  }

  @Test func `signals, intents and verdicts come back as they were sent`() throws {
    let signal = try Sample.signal()
    let intent = try Sample.intent()
    #expect(try Codec.decodeSignal(Codec.encode(signal)) == signal)
    #expect(try Codec.decodeIntent(Codec.encode(intent)) == intent)
    for verdict in [Verdict.accepted(try Sample.hash()), Sample.denied] {
      #expect(try Codec.decodeVerdict(Codec.encode(verdict)) == verdict)
    }
  }

  @Test func `every reason of a denial has a way over the wire`() throws {
    let verdict = Verdict.denied(DenialReason.allCases.map { Denial($0, "limit=1") })
    #expect(try Codec.decodeVerdict(Codec.encode(verdict)) == verdict)
  }

  @Test func `every link frame comes back as it was sent`() throws {
    for frame in try Sample.linkFrames() {
      #expect(try LinkFrame(frame.encode()) == frame)
    }
  }

  @Test func `questions and replies come back as they were sent`() throws {
    for question in [Question.marketSnapshot(candles: 300), .replay(from: 12, count: 1000)] {
      let decoded = try Codec.decodeQuestion(Codec.encode(question, id: 5))
      #expect(decoded.id == 5)
      #expect(try decoded.question.get() == question)
    }
    let reply = try Sample.reply()
    let decoded = try Codec.decodeReply(Codec.encode(reply, id: 6))
    #expect(decoded.id == 6)
    #expect(decoded.reply == reply)
    let refusal = StreamReply.refused("no such port")
    #expect(try Codec.decodeReply(Codec.encode(refusal, id: 1)).reply == refusal)
  }

  @Test func `a text too long for the other end is cut, not refused there`() throws {
    let long = String(repeating: "ü", count: 5000)
    let note = Sample.message(
      .control(ControlNote(state: long, generation: 1, detail: long)), 1)
    guard case .control(let read) = try Codec.decodeMessage(Codec.encode(note)).body else {
      Issue.record("a note came back as something else")
      return
    }
    #expect(read.state == String(repeating: "ü", count: Bounds.shortText / 2))
    #expect(read.detail == String(repeating: "ü", count: Bounds.sentence / 2))
    let event = Sample.message(
      .event(LedgerEvent(number: 1, time: Sample.wall, body: .state(long))), 1)
    #expect(throws: Never.self) { try Codec.decodeMessage(Codec.encode(event)) }
    let reply = Codec.encode(.refused(long), id: 1)
    #expect(try Codec.decodeReply(reply).reply.refusal?.utf8.count == Bounds.sentence)
    let refusal = LinkFrame.refusal(epoch: 1, reason: long)
    #expect(throws: Never.self) { try LinkFrame(refusal.encode()) }
  }

  /// One visible character may be thousands of bytes of accents: a count of characters is no bound.
  @Test func `a verdict about hostile text can be read by who waits for it`() throws {
    let accents = "e" + String(repeating: "\u{301}", count: 40_000)
    let verdict = Verdict.denied([Denial(.malformed, accents)])
    guard case .denied(let denials) = try Codec.decodeVerdict(Codec.encode(verdict)) else {
      Issue.record("a denial came back as an acceptance")
      return
    }
    #expect(denials.map(\.reason) == [.malformed])
    #expect(denials[0].detail.utf8.count <= Bounds.longText)
  }

  @Test func `what a refusal quotes is short, printable and on one line`() {
    let shown = Bounds.shown("A\n\u{1B}[2J" + String(repeating: "é", count: 1000))
    #expect(shown.utf8.count == 42)
    #expect(shown.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    #expect(shown.hasPrefix("\"A??[2J"))
  }
}
