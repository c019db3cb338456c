import Archive
import Domain
import Foundation
import Testing

@testable import Interlock

@Suite("data replay --raw")
struct DataReplayTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let recorder = Recorder(folder: folder.path, onEvent: { _ in })
    for (index, text) in [#"{"feed":"a"}"#, "\u{1B}[2J", "third"].enumerated() {
      recorder.append(
        channel: index == 2 ? "rest" : "ws-public", text: text,
        wall: WallTime(milliseconds: 1_735_689_600_000 + Int64(index)),
        machine: MachineTime(nanoseconds: Int64(index) * 400_000_000))
    }
    recorder.close()
  }

  @Test func `a recording is printed in order and cannot steer the terminal`() async throws {
    let answer = try await RealCommand.run(["data", "replay", folder.path, "--raw"], in: folder)
    #expect(answer.code == 0)
    #expect(
      answer.output == """
        2025-01-01T00:00Z ws-public {"feed":"a"}
        2025-01-01T00:00:00.001Z ws-public .[2J
        2025-01-01T00:00:00.002Z rest third

        """)
    let json = try await RealCommand.run(
      ["data", "replay", folder.path, "--raw", "--channel", "rest", "--json"], in: folder)
    #expect(json.output.contains(#""number":3,"text":"third","wall_ms":1735689600002"#), "\(json)")
  }

  @Test func `at a speed it takes at least the time that passed`() async throws {
    let start = ContinuousClock.now
    let answer = try await RealCommand.run(
      ["data", "replay", folder.path, "--raw", "--speed", "2"], in: folder)
    #expect(answer.code == 0)
    #expect(ContinuousClock.now - start >= .milliseconds(400))
  }

  @Test func `a torn recording is printed to its tear and is 1`() async throws {
    let path = folder.file("00000001.rec.gz")
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try (whole + whole.dropLast(3)).write(to: URL(fileURLWithPath: path))
    let answer = try await RealCommand.run(["data", "replay", folder.path, "--raw"], in: folder)
    #expect(answer.code == 1)
    #expect(answer.output.split(separator: "\n").count == 3)
    #expect(answer.errors.contains("torn after byte \(whole.count)"), "\(answer)")
    let none = try await RealCommand.run(["data", "replay", folder.file("none")], in: folder)
    #expect(none.code == 78)
    let misuse = try await RealCommand.run(
      ["data", "replay", folder.path, "--speed", "0"], in: folder)
    #expect(misuse.code == 64)
  }

  @Test func `without --raw what is no recording of a feed is said to be none`() async throws {
    let answer = try await RealCommand.run(["data", "replay", folder.path], in: folder)
    #expect(answer.code == 1 && answer.output.isEmpty, "\(answer)")
    #expect(answer.errors.contains("not there from its start"), "\(answer)")
    let misuse = try await RealCommand.run(
      ["data", "replay", folder.path, "--channel", "rest"], in: folder)
    #expect(misuse.code == 64)
  }
}
