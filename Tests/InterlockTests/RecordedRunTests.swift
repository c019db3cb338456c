import Archive
import Domain
import Foundation
import MarketData
import Testing

@testable import Interlock

/// What a real market-data heard of a real venue is run again, and must say the same.
@Suite("recorded runs", .serialized)
struct RecordedRunTests {
  private static let faults = [
    #"{"probability":0.004,"seed":3,"fault":{"kind":"ws_drop","feed":"trade"}}"#,
    #"{"probability":0.01,"seed":4,"fault":{"kind":"ws_sequence_gap","feed":"trade"}}"#,
    #"{"probability":0.01,"seed":5,"fault":{"kind":"ws_stall","feed":"ticker","ms":300}}"#,
    #"{"match":{"path":"*charts*"},"probability":0.2,"seed":6,"#
      + #""fault":{"kind":"status","code":503}}"#,
    #"{"match":{"path":"tickers"},"probability":0.1,"seed":7,"#
      + #""fault":{"kind":"truncate","bytes":9}}"#,
  ]

  private func replay(_ run: MarketDataRun, _ folder: String) async throws -> (
    lines: [String: [String]], answer: RealCommand.Answer
  ) {
    let answer = try await RealCommand(["data", "replay", folder], in: run.folder)
      .answer(seconds: 120)
    var lines: [String: [String]] = [:]
    for line in answer.output.split(separator: "\n") {
      let source =
        line.contains(#""source":"market-data-trades""#)
        ? "market-data-trades" : "market-data"
      lines[source, default: []].append(String(line))
    }
    return (lines, answer)
  }

  @Test func `a run with faults, drained, killed and begun again, is reproduced bit for bit`()
    async throws
  {
    let run = try await MarketDataRun(
      speed: 120,
      configuration: """
        market_data:
          record: true
          archive: true
          history_candles: 30
          further_timeframes: [5m]
          stale_after_ms: 1500
        """)
    for fault in Self.faults { try run.arm(fault) }
    try run.start()
    try await run.until("30 candles are published") { run.count(#""stream":"candles""#) >= 30 }
    // A venue that hangs for longer than data may be old.
    run.venue.signal(SIGSTOP)
    try await run.until("stale is told") { run.count(#""state":"stale""#) >= 2 }
    run.venue.signal(SIGCONT)
    try await run.until("fresh is told") { run.count(#""state":"fresh""#) >= 1 }
    try await run.end(SIGTERM)
    let first = run.lines
    try run.start()
    let second = run.folder.file("state/recordings/00000002.rec.gz")
    try await run.until("the second life publishes, and that is on disk") {
      let size = try FileManager.default.attributesOfItem(atPath: second)[.size] as? Int ?? 0
      return size > 20_000 && run.count(#""stream":"candles""#) >= 60
    }
    try await run.end(SIGKILL)
    #expect(run.gaps.isEmpty, "the test itself missed something: \(run.gaps)")

    let (lines, answer) = try await replay(run, run.folder.file("state/recordings"))
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(answer.errors.contains("2 lives"), "\(answer.errors)")
    #expect(answer.errors.contains("bit for bit as recorded"), "\(answer.errors)")
    for (source, heard) in run.lines {
      let again = lines[source] ?? []
      let drained = first[source]?.count ?? 0
      #expect(again.count > drained, "\(source): the second life is there too")
      // Of a life that was killed the last second is not on disk.
      #expect(again == Array(heard.prefix(again.count)), "\(source) differs")
    }
    #expect(lines["market-data-trades", default: []].count > 100)
  }

  @Test func `a recording that was changed by one byte does not pass for what was published`()
    async throws
  {
    let run = try await MarketDataRun(
      speed: 60, configuration: "market_data:\n  record: true\n  history_candles: 5\n")
    try run.start()
    try await run.until("3 candles are published") { run.count(#""stream":"candles""#) >= 3 }
    try await run.end(SIGTERM)
    let folder = run.folder.file("state/recordings")
    let changed = run.folder.file("changed")
    try FileManager.default.createDirectory(atPath: changed, withIntermediateDirectories: true)
    var reader = try RecordingReader(folder: folder)
    let recorder = Recorder(folder: changed, onEvent: { _ in })
    var hasChanged = false
    while let item = reader.next() {
      guard case .message(let message) = item else { continue }
      var text = message.text
      if !hasChanged, message.channel.hasPrefix("ws/"), text.contains(#""feed":"trade""#),
        text.contains(#""side":"buy""#)
      {
        // Another side is another trade; another price another candle.
        text = text.replacing(#""price":"#, with: #""price":1"#)
        hasChanged = true
      }
      recorder.append(
        channel: message.channel, text: text, wall: message.wall, machine: message.machine)
    }
    recorder.close()
    try #require(hasChanged)
    let same = try await replay(run, folder)
    #expect(same.answer.code == 0, "\(same.answer.errors)")
    let other = try await replay(run, changed)
    #expect(other.answer.code == 1, "\(other.answer.errors)")
    #expect(!other.answer.errors.contains("bit for bit"), "\(other.answer.errors)")
  }

  @Test func `whatever bytes a recording holds, its replay ends with a word and not with a crash`()
    async throws
  {
    let run = try await MarketDataRun(
      speed: 60, configuration: "market_data:\n  record: true\n  history_candles: 5\n")
    try run.start()
    try await run.until("a candle is published") { run.count(#""stream":"candles""#) >= 1 }
    try await run.end(SIGTERM)
    var reader = try RecordingReader(folder: run.folder.file("state/recordings"))
    var messages: [RecordedMessage] = []
    while let item = reader.next() {
      if case .message(let message) = item { messages.append(message) }
    }
    let few = Array(messages.prefix(200))
    try #require(few.count > 40)
    var random = SplitMix(state: 11)
    var inexact = 0
    for _ in 0..<100 {
      var feed = FeedReplay()
      let changed = Int(random.next() % UInt64(few.count))
      for (index, message) in few.enumerated() {
        let item = index == changed ? Self.damaged(message, &random) : message
        _ = feed.take(.message(item))
      }
      if !feed.isExact { inexact += 1 }
    }
    #expect(inexact > 10, "damage that matters is seen: \(inexact)")
  }

  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  private static func damaged(
    _ message: RecordedMessage, _ random: inout SplitMix
  ) -> RecordedMessage {
    var bytes = message.bytes
    var machine = message.machine
    var wall = message.wall
    switch random.next() % 6 {
    case 0: bytes = Array(bytes.prefix(Int(random.next() % UInt64(max(1, bytes.count)))))
    case 1: bytes = bytes.map { $0 == UInt8(ascii: "1") ? UInt8(ascii: "9") : $0 }
    case 2: if !bytes.isEmpty { bytes[Int(random.next() % UInt64(bytes.count))] ^= 0x10 }
    case 3: machine = MachineTime(nanoseconds: Int64(bitPattern: random.next()))
    case 4: wall = WallTime(milliseconds: Int64(bitPattern: random.next()))
    default: bytes = []
    }
    return RecordedMessage(
      life: message.life, number: message.number, channel: message.channel, wall: wall,
      machine: machine, bytes: bytes)
  }

  @Test func `a disk that is full ends the recording with an alert, and nothing else`()
    async throws
  {
    let run = try await MarketDataRun(
      speed: 120, configuration: "market_data:\n  record: true\n  history_candles: 5\n")
    try run.start(limit: 48)
    try await run.until("recording stops") { run.count(#""state":"recording-stopped""#) == 1 }
    let status = try run.status()
    #expect(status["recording"]?.hasPrefix("stopped: unable to write") == true, "\(status)")
    #expect(run.stage?.errors.contains("recording has stopped") == true)
    let before = run.count(#""stream":"candles""#)
    try await run.until("candles go on") { run.count(#""stream":"candles""#) >= before + 10 }
    try await run.end(SIGTERM)
    let (lines, answer) = try await replay(run, run.folder.file("state/recordings"))
    #expect(answer.code == 0, "what was recorded is whole: \(answer.errors)")
    let again = lines["market-data"] ?? []
    #expect(!again.isEmpty)
    #expect(again == Array(run.lines["market-data", default: []].prefix(again.count)))
  }

  @Test func `a venue is recorded without a pipeline, and that can be replayed`() async throws {
    let run = try await MarketDataRun(speed: 60, configuration: "market_data: {}\n")
    let folder = run.folder.file("recording")
    let record = try await RealCommand(
      ["data", "record", folder, "--url", run.url, "--for", "4s", "--json"], in: run.folder
    ).answer()
    #expect(record.code == 0, "\(record)")
    let object =
      try JSONSerialization.jsonObject(with: Data(record.output.utf8)) as? [String: Any] ?? [:]
    #expect(object["instruments"] as? Int == 2)
    #expect((object["trades"] as? Int ?? 0) > 0, "\(record)")
    let (lines, answer) = try await replay(run, folder)
    #expect(answer.code == 0 && answer.errors.contains("bit for bit"), "\(answer.errors)")
    #expect(lines["market-data-trades"]?.count == object["trades"] as? Int)
    let raw = try await RealCommand.run(
      ["data", "replay", folder, "--raw", "--channel", "rest"], in: run.folder)
    #expect(raw.output.contains("200 instruments"), "\(raw.output.prefix(200))")
  }

  @Test func `a venue that is not there is 75, an address that is none is misuse`() async throws {
    let folder = try ScratchFolder()
    let nobody = try await RealCommand.run(
      ["data", "record", folder.file("a"), "--url", "http://127.0.0.1:1", "--for", "1s"],
      in: folder)
    #expect(nobody.code == 75, "\(nobody)")
    let none = try await RealCommand.run(
      ["data", "record", folder.file("b"), "--url", "nowhere", "--for", "1s"], in: folder)
    #expect(none.code == 64, "\(none)")
  }
}
