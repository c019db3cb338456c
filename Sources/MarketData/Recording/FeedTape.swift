package import Archive
import Domain
import Exchange
import Wire

/// Writes down everything a feed depends on, turn by turn.
///
/// Invariants: 1. The first record is the life's start; what came in during a turn stands before
/// the turn's own record, in the order in which it was taken. 2. All records of a turn have its
/// clocks, which are those the feed saw. 3. Nothing here waits or throws: a tape that has ended
/// costs nothing.
package final class FeedTape {
  static let start = "start"
  static let archive = "archive"
  static let turn = "turn"

  private let recorder: Recorder
  private var now: FeedTime
  private var tally = FeedTally()

  package init(_ recorder: Recorder, _ start: RecordedStart, now: FeedTime) {
    self.recorder = recorder
    self.now = now
    append(Self.start, start.bytes)
  }

  func begin(_ now: FeedTime) { self.now = now }

  func take(_ record: InboundRecord) { append(record.channel, record.bytes) }

  func take(_ candles: [SeriesID: [Candle]]) {
    append(Self.archive, ArchivedCandles.bytes(candles))
  }

  func published(_ body: StreamBody) { tally.add(body) }

  /// `isDrained`: whether nothing of the stream waits for the next turn.
  func end(isDrained: Bool) {
    append(Self.turn, RecordedTurn(isDrained: isDrained, tally: tally).bytes)
  }

  private func append(_ channel: String, _ bytes: [UInt8]) {
    recorder.append(channel: channel, bytes: bytes, wall: now.wall, machine: now.machine)
  }
}

/// The end of one turn of the feed: what it had published by then.
struct RecordedTurn: Hashable {
  let isDrained: Bool
  let count: UInt64
  let digest: UInt64

  init(isDrained: Bool, tally: FeedTally) {
    self.isDrained = isDrained
    count = tally.count
    digest = tally.digest
  }

  var bytes: [UInt8] {
    Array("\(isDrained ? "drained" : "more") \(count) \(String(digest, radix: 16))".utf8)
  }

  init?(_ bytes: [UInt8]) {
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard words.count == 3, words[0] == "drained" || words[0] == "more",
      let count = UInt64(words[1]), let digest = UInt64(words[2], radix: 16)
    else { return nil }
    isDrained = words[0] == "drained"
    self.count = count
    self.digest = digest
  }
}
