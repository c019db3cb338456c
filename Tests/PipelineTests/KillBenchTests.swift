import Foundation
import Testing

/// `ops/bench kill` in short: only that not one order leaves after the acknowledgement; how long
/// it takes is for a quiet machine.
@Suite("the kill's last byte", .serialized, .timeLimit(.minutes(10)))
struct KillBenchTests {
  @Test func `a hundred presses, and no order after an acknowledgement`() async throws {
    let pipeline = try Pipeline()
    let output = pipeline.folder.appendingPathComponent("bench.txt")
    let process = try Pipeline.launch(
      [pipeline.folder.path, "100"], executable: "kill-bench", output: output)
    try await Pipeline.ended(process, seconds: 300)
    let text = try String(contentsOf: output, encoding: .utf8)
    print(text)
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.contains("100 trials") && text.contains(" 0 after an acknowledgement"), "\(text)")
  }
}
