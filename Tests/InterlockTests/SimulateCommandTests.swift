import Foundation
import Testing

/// `interlock simulate`: a few seeds, one replayed line by line, and what is no seed.
@Suite("interlock simulate", .serialized, .timeLimit(.minutes(10)))
struct SimulateCommandTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test(arguments: [[], ["--json"]])
  func `seeds that hold end with 0`(_ flags: [String]) async throws {
    let answer = try await RealCommand(["simulate", "--seeds", "1..2"] + flags, in: folder)
      .answer(seconds: 240)
    #expect(answer.code == 0 && !answer.output.isEmpty, "\(answer)")
    guard !flags.isEmpty else { return }
    for line in answer.output.split(separator: "\n") {
      #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)")
    }
  }

  @Test(arguments: [
    ["simulate"], ["simulate", "--seeds", "9..1"], ["simulate", "--seeds", "1..2", "--seed", "1"],
    ["simulate", "--seeds", "1..2", "--json", "--faults", "dance"],
  ])
  func `what is no seed is a misuse`(_ arguments: [String]) async throws {
    let answer = try await RealCommand.run(arguments, in: folder)
    #expect(answer.code == 64 && answer.output.isEmpty, "\(answer)")
  }
}
