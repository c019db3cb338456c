import Domain
import Testing

@testable import Wire

/// Frames as an attacker or a broken disk would make them: refused or understood, never a crash,
/// and what is understood means the same again after one more trip.
@Suite("hostile bytes")
struct HostileBytesTests {
  private static func frames() throws -> [[UInt8]] {
    try Sample.bodies().map { Codec.encode(Sample.message($0, 9)) }
      + Sample.linkFrames().map { $0.encode() }
      + [
        Codec.encode(try Sample.intent()), Codec.encode(Sample.denied),
        Codec.encode(.replay(from: 1, count: 10), id: 3),
        Codec.encode(.refused("because"), id: 4),
      ]
  }

  /// What every decoder says to `frame`; how many understood it.
  private func readAll(_ frame: [UInt8]) throws -> Int {
    var understood = 0
    if let message = try? Codec.decodeMessage(frame) {
      understood += 1
      #expect(try Codec.decodeMessage(Codec.encode(message)) == message)
    }
    if let signal = try? Codec.decodeSignal(frame) {
      understood += 1
      #expect(try Codec.decodeSignal(Codec.encode(signal)) == signal)
    }
    if let intent = try? Codec.decodeIntent(frame) {
      understood += 1
      #expect(try Codec.decodeIntent(Codec.encode(intent)) == intent)
    }
    if let verdict = try? Codec.decodeVerdict(frame) {
      understood += 1
      #expect(try Codec.decodeVerdict(Codec.encode(verdict)) == verdict)
    }
    if let link = try? LinkFrame(frame) {
      understood += 1
      #expect(try LinkFrame(link.encode()) == link)
    }
    if (try? Codec.decodeQuestion(frame)) != nil { understood += 1 }
    if (try? Codec.decodeReply(frame)) != nil { understood += 1 }
    return understood
  }

  @Test func `every beginning of a good frame is refused or understood`() throws {
    for frame in try Self.frames() {
      var understood = 0
      for length in 0...frame.count { understood += try readAll(Array(frame.prefix(length))) }
      #expect(understood > 0, "the whole frame is good")
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `good frames with bytes changed, lost or put in are refused or understood`(
    _ seed: UInt64
  ) throws {
    var chance = SeededGenerator(seed: seed)
    for frame in try Self.frames() {
      for _ in 0..<8 {
        var changed = frame
        for _ in 0..<Int.random(in: 1...4, using: &chance) {
          let at = Int.random(in: 0..<max(1, changed.count), using: &chance)
          let byte = UInt8.random(in: 0...255, using: &chance)
          switch Int.random(in: 0..<4, using: &chance) {
          case 0 where !changed.isEmpty: changed.remove(at: at)
          case 1: changed.insert(byte, at: min(at, changed.count))
          case 2: changed.insert(0xFF, at: min(at, changed.count))
          default: if at < changed.count { changed[at] = byte }
          }
        }
        _ = try readAll(changed)
      }
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `noise is refused or understood`(_ seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed &+ 1000)
    for _ in 0..<200 {
      let count = Int.random(in: 0..<200, using: &chance)
      _ = try readAll((0..<count).map { _ in UInt8.random(in: 0...255, using: &chance) })
    }
  }
}
