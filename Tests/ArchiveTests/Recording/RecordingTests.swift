import Domain
import Foundation
import Testing

@testable import Archive

@Suite("recording")
struct RecordingTests {
  private let folder: MarketFolder

  init() throws {
    folder = try MarketFolder()
  }

  private static func message(
    _ number: Int64, _ bytes: [UInt8], life: UInt64 = 7, channel: String = "ws-public"
  ) -> RecordedMessage {
    RecordedMessage(
      life: life, number: number, channel: channel,
      wall: WallTime(milliseconds: 1_800_000_000_000 - number * 1000),
      machine: MachineTime(nanoseconds: number * 1_000_000), bytes: bytes)
  }

  private static func random(_ count: Int, seed: UInt64) -> [RecordedMessage] {
    var random = RandomBars(seed: seed)
    return (1...Int64(count)).map { number in
      let size = Int.random(in: 0...200, using: &random)
      return message(
        number, (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) },
        channel: ["ws-public", "rest", "ws-private"][Int(number) % 3])
    }
  }

  private func write(
    _ messages: [RecordedMessage], life: UInt64 = 7, _ limits: RecordingLimits = .init()
  ) throws {
    let writer = RecordingWriter(folder: folder.path, limits: limits, life: life)
    for message in messages { try writer.append(message) }
    try writer.flush()
  }

  private func items() throws -> [RecordingReader.Item] {
    var reader = try RecordingReader(folder: folder.path)
    var items: [RecordingReader.Item] = []
    while let item = reader.next() { items.append(item) }
    return items
  }

  private var files: [RecordingFolder.File] {
    get throws { try RecordingFolder(folder.path).files() }
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `any bytes come back as they were, in order, across rotated files`(_ seed: UInt64) throws {
    let messages = Self.random(2000, seed: seed)
    var limits = RecordingLimits()
    limits.blockBytes = 5000
    limits.fileBytes = 20_000
    try write(messages, limits)
    #expect(try files.count > 5)
    #expect(try files.allSatisfy { $0.bytes <= 20_000 })
    #expect(try items() == messages.map { .message($0) })
  }

  @Test func `a file that is old enough is followed by a new one`() throws {
    var limits = RecordingLimits()
    limits.fileMilliseconds = 100
    let messages = Self.random(1000, seed: 1)
    try write(messages, limits)
    #expect(try files.count == 10)
    #expect(try items() == messages.map { .message($0) })
  }

  @Test func `all files together stay below their bound and the newest messages stay`() throws {
    var limits = RecordingLimits()
    limits.blockBytes = 2000
    limits.fileBytes = 10_000
    limits.totalBytes = 40_000
    let messages = Self.random(3000, seed: 2)
    let writer = RecordingWriter(folder: folder.path, limits: limits, life: 7)
    for message in messages {
      try writer.append(message)
      #expect(try files.reduce(0) { $0 + $1.bytes } <= 40_000)
    }
    try writer.flush()
    let kept = try items()
    #expect(kept.count > 100 && kept.count < 3000)
    #expect(kept == messages.suffix(kept.count).map { .message($0) })
  }

  @Test func `cut off anywhere, what is read is a beginning of what was written`() throws {
    var limits = RecordingLimits()
    limits.blockBytes = 300
    let messages = Self.random(12, seed: 3)
    try write(messages, limits)
    let path = try #require(try files.first).path
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var lengths: Set<Int> = []
    for length in 0...whole.count {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      var read = try items()
      if case .torn(_, let offset)? = read.last {
        #expect(offset < length)
        read.removeLast()
      }
      #expect(read == messages.prefix(read.count).map { .message($0) }, "cut at \(length)")
      lengths.insert(read.count)
    }
    #expect(lengths.contains(0) && lengths.contains(12) && lengths.count > 3)
  }

  @Test func `a flipped bit is never read as a message`() throws {
    var limits = RecordingLimits()
    limits.blockBytes = 300
    let messages = Self.random(12, seed: 4)
    try write(messages, limits)
    let path = try #require(try files.first).path
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in 0..<whole.count {
      var damaged = whole
      damaged[index] ^= 1 << UInt8(index % 8)
      try damaged.write(to: URL(fileURLWithPath: path))
      for item in try items() {
        guard case .message(let message) = item else { continue }
        #expect(messages.contains(message), "byte \(index)")
      }
    }
  }

  @Test func `after a torn tail the next life's file follows, and both are told apart`() throws {
    let first = Self.random(50, seed: 5)
    try write(first)
    let path = try #require(try files.first).path
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try (whole + whole.prefix(whole.count / 2)).write(to: URL(fileURLWithPath: path))
    let second = [Self.message(1, [1], life: 8), Self.message(4, [2], life: 8)]
    try write(second, life: 8)
    #expect(
      try items()
        == first.map { .message($0) } + [
          .torn(path: path, offset: whole.count), .message(second[0]),
          .missing(first: 2, last: 3), .message(second[1]),
        ])
  }

  @Test func `zcat shows a recording as it is`() throws {
    try write([Self.message(1, Array(#"{"feed":"heartbeat"}"#.utf8))])
    let zcat = Process()
    zcat.executableURL = URL(fileURLWithPath: "/bin/zcat")
    zcat.arguments = [try #require(try files.first).path]
    let pipe = Pipe()
    zcat.standardOutput = pipe
    try zcat.run()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    #expect(
      text == """
        interlock-recording 1 0000000000000007
        1 1799999999000 1000000 ws-public 20
        {"feed":"heartbeat"}

        """)
  }

  @Test func `an empty folder holds no recording`() throws {
    #expect(try MarketFolder.error { try RecordingReader(folder: folder.path) }.reason == .empty)
  }
}
