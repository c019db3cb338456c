import Daemon
import Domain
import Foundation
import Testing

@testable import Interlock
@testable import Wire

/// Intents that are wrong, and gates that are: each is told why, and nothing of it reaches the
/// venue.
@Suite("what a router does not take", .serialized)
struct BadIntentTests {
  @Test func `an intent that is wrong gets its reason, and no order`() async throws {
    let scene = try RouterScene()
    let place = try scene.place("a")
    try await scene.openVenue(for: place)
    let router = try scene.lead(place)
    try await router.untilReady()
    let gate = try HandGate(router)
    let desk = VenueDesk(run: place.run)
    let sound = Codec.encode(try desk.intent("sound"))

    #expect(try await gate.denials([]) == [.malformed])
    #expect(try await gate.denials(Array(repeating: 0xFF, count: 64)) == [.malformed])
    #expect(try await gate.denials(Array(sound.dropLast(sound.count / 2))) == [.malformed])
    #expect(
      try await gate.denials(Array(repeating: 0x41, count: LinkFrame.longestPayload))
        == [.malformed])
    #expect(
      try await gate.denials(Codec.encode(try desk.intent("wrong", stop: 110))) == [.malformed])
    #expect(
      try await gate.denials(Codec.encode(try desk.intent("late", validFor: -1))) == [.expired])
    #expect(
      try await gate.denials(Codec.encode(try desk.intent("odd", instrument: "PF_NOSUCHUSD")))
        == [.unknownInstrument])
    #expect(
      try await gate.denials(Codec.encode(try desk.intent("none", lots: 0))) == [.maxOrderSize])
    #expect(
      try await gate.denials(Codec.encode(try desk.intent("huge", lots: 1_000_000_000_000)))
        .contains(.maxOrderSize))
    #expect(try desk.book().orders.isEmpty)

    guard case .accepted(let hash) = try await gate.verdict(on: try gate.offer(sound)) else {
      Issue.record("a sound intent is accepted: \(router.log)")
      return
    }
    #expect(try await gate.verdict(on: try gate.offer(sound)) == .accepted(hash))
    #expect(
      try await gate.denials(Codec.encode(try desk.intent("sound", setup: "another")))
        == [.contentMismatch])
    try await Pipeline.until("the sound one is protected", seconds: 60) {
      try desk.resting("stp") == 1
    }
    #expect(try desk.entries() == 1)
    #expect(!router.isOver)
  }

  @Test func `a gate of another build, token or earlier life is not heard`() async throws {
    let scene = try RouterScene()
    let place = try scene.place("a")
    try await scene.openVenue(for: place)
    let router = try scene.lead(place)
    try await router.untilReady()
    let gate = try HandGate(router, epoch: 10)
    #expect(try await gate.denials([]) == [.malformed], "this life is heard")

    let desk = VenueDesk(run: place.run)
    let sound = Codec.encode(try desk.intent("sound"))
    for (stranger, word) in [
      (try HandGate(router, epoch: 9), "a later life"),
      (try HandGate(router, epoch: 11, build: "another"), "build another is not"),
      (try HandGate(router, epoch: 11, token: Array(repeating: 7, count: 16)), "the token"),
    ] {
      _ = try stranger.offer(sound)
      #expect(try await stranger.refusal().contains(word))
    }
    for count in [LinkFrame.longestPayload + 1, Int(SocketLimits.link.longestFrame) + 1] {
      try await Self.shout(count, at: router, heard: gate)
    }
    #expect(try desk.book().orders.isEmpty)
    #expect(try (router.ask("intents") as? [Any])?.isEmpty == true)
  }

  /// A frame that no gate of ours sends: longer than a payload, or than the socket takes; `gate` is
  /// heard after it as before.
  private static func shout(
    _ count: Int, at router: LedRouter, heard gate: HandGate
  ) async throws {
    let socket = try Socket(
      .dealer, try ZMQContext(), connect: [RunDirectory(router.place.run.folder).intents],
      limits: .link)
    let frame = LinkFrame.data(
      epoch: 10, sequence: 50, payload: Array(repeating: 0x41, count: count)
    ).encode()
    var isTaken = false
    for _ in 0..<5000 where !isTaken {
      isTaken = socket.send([frame])
      if !isTaken { try await Task.sleep(for: .milliseconds(10)) }
    }
    #expect(isTaken, "libzmq takes \(count) bytes")
    #expect(try await gate.denials([]) == [.malformed])
    #expect(!router.isOver, "\(router.log)")
  }
}
