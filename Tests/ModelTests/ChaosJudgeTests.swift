import Foundation
import Testing

/// The judge of `ops/chaos` is itself judged: `Tests/Chaos/judge_test.py` by Python's own runner.
@Suite("the judge of ops/chaos")
struct ChaosJudgeTests {
  @Test func `finds duplicates, losses, wrong hashes, wrong folds and naked positions`()
    async throws
  {
    let script = Spin.folder.deletingLastPathComponent()
      .appendingPathComponent("Chaos/judge_test.py").path
    let text = try await Spin.run(
      "python3", [script], in: FileManager.default.temporaryDirectory, seconds: 60)
    #expect(text.contains("\nOK"), "\(text)")
    #expect(text.contains("Ran 12 tests"), "\(text)")
  }
}
