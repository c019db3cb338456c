import Foundation
import Testing

/// `examples/python/tap.py`, as `docs/taps.md` has it, at a pipeline that trades.
@Suite("a tap in Python", .serialized, .timeLimit(.minutes(10)))
struct TapProgramTests {
  @Test func `it hears what flows and names what it hears`() async throws {
    guard let python = try await StrategyProgramTests.python() else { return }
    let pipeline = try Pipeline()
    try pipeline.start(["--speed", "240"])
    try await pipeline.waitUntilReady(seconds: 120)
    let example = Pipeline.root.appendingPathComponent("examples/python/tap.py").path
    let process = Process()
    process.executableURL = python.appendingPathComponent("bin/python3")
    process.arguments = [example, pipeline.runDirectory, "candles", "orders", "--count", "20"]
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    try await Pipeline.ended(process, seconds: 120)
    #expect(process.terminationStatus == 0)
    let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let rows = try text.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
    let heard = rows.filter { $0["stream"] != nil }
    #expect(heard.count == 20, "\(text)")
    #expect(heard.contains { $0["candle"] is [String: Any] }, "\(text)")
    for row in heard {
      #expect((row["sequence"] as? Int ?? 0) > 0 && row["source"] is String, "\(row)")
    }
  }
}
