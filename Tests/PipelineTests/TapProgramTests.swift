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
    process.arguments = [example, pipeline.runDirectory, "candles", "orders", "--count", "100"]
    process.standardInput = FileHandle.nullDevice
    // A file, not a pipe: a pipe that is full would stop the program that is to end.
    let file = pipeline.folder.appendingPathComponent("tap.jsonl")
    try Data().write(to: file)
    let output = try FileHandle(forWritingTo: file)
    process.standardOutput = output
    try process.run()
    try output.close()
    try await Pipeline.ended(process, seconds: 120)
    #expect(process.terminationStatus == 0)
    let text = try String(contentsOf: file, encoding: .utf8)
    let rows = try text.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
    let heard = rows.filter { $0["stream"] != nil }
    // Of the two streams either may be joined first; in a hundred messages both are heard.
    #expect(heard.count == 100, "\(text)")
    #expect(heard.contains { $0["candle"] is [String: Any] }, "\(text)")
    for row in heard {
      #expect((row["sequence"] as? Int ?? 0) > 0 && row["source"] is String, "\(row)")
    }
  }
}
