import Foundation
import Testing

/// Every command: what it says normally, with nothing to say, and when it cannot, as text and JSON.
@Suite("answers", .serialized, .timeLimit(.minutes(10)))
struct AnswerTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func `as text and as JSON`() async throws {
    let stages = try FakeStages(folder)
    for example in AnswerCase.all {
      for json in [false, true] {
        let answer = try await ask(example, json: json, stages)
        let told = "\(example) json=\(json): \(answer)"
        #expect(answer.code == example.code, "\(told)")
        guard example.code == 0 else {
          // A kill that is latched but not verified says how far it came.
          #expect(answer.output.isEmpty || example.code == 75, "\(told)")
          #expect(answer.errors.contains(example.says), "\(told)")
          let isFatal = answer.errors.contains(": fatal: ")
          #expect(isFatal && answer.errors.split(separator: "\n").count == 1, "\(told)")
          continue
        }
        #expect(answer.errors.isEmpty, "\(told)")
        let word = json ? example.saysJSON ?? example.says : example.says
        #expect(answer.output.contains(word) || word.isEmpty, "\(word) in \(told)")
        if word.isEmpty { #expect(answer.output.isEmpty, "\(told)") }
        guard json, !word.isEmpty else { continue }
        for line in answer.output.split(separator: "\n") {
          let value = try? JSONSerialization.jsonObject(with: Data(line.utf8))
          #expect(value != nil, "a JSON value a line: \(told)")
        }
      }
    }
  }

  private func ask(
    _ example: AnswerCase, json: Bool, _ stages: FakeStages
  ) async throws -> RealCommand.Answer {
    try stages.tell(example.script ?? [])
    try stages.restore()
    for (name, text) in example.files { _ = try folder.write(text, to: "state/\(name)") }
    let nowhere = try ScratchFolder()
    let run = example.script == nil ? nowhere.file("run") : stages.run
    var arguments = example.command + example.flags + ["--run-dir", run]
    if json { arguments.append("--json") }
    let command = try RealCommand(
      arguments, in: folder,
      environment: ["XDG_STATE_HOME": example.script == nil ? nowhere.path : folder.path])
    return try await command.answer(seconds: 60)
  }

  @Test func `each command is among them, or has a suite of its own`() async throws {
    let commands = try await CommandTree.read(in: folder).leaves.map(\.name)
    let tried = Dictionary(grouping: AnswerCase.all) { $0.command.joined(separator: " ") }
    for command in commands {
      if let suite = AnswerCase.elsewhere[command] {
        #expect(tried[command] == nil, "\(command) is in both places")
        let files = CommandTree.testFiles.filter { $0.hasSuffix("/\(suite).swift") }
        #expect(files.count == 1, "\(suite) of \(command)")
        continue
      }
      let kinds = Set((tried[command] ?? []).map(\.kind))
      #expect(kinds == Set(AnswerCase.Kind.allCases), "\(command): only \(kinds)")
    }
    let known = Set(commands)
    for name in Array(tried.keys) + Array(AnswerCase.elsewhere.keys) {
      #expect(known.contains(name), "\(name) is no command")
    }
  }

  @Test func `a deed tells who and why`() async throws {
    let stages = try FakeStages(folder)
    try stages.tell(["order-router pause ok {\"done\":\"paused\"}"])
    let answer = try await RealCommand.run(
      ["pause", "--reason", "because", "--run-dir", stages.run], in: folder)
    #expect(answer.code == 0, "\(answer)")
    #expect(
      stages.asked.contains { $0.contains("\"reason\":\"because\"") && $0.contains("\"by\":") })
  }
}
