import Daemon
import Domain
import Foundation
import Testing
import Wire

/// `interlock tap` between real sockets: this test is the relay and the router's past.
@Suite("interlock tap", .serialized, .timeLimit(.minutes(10)))
struct TapAnswerTests {
  private let folder: ScratchFolder
  private let stages: FakeStages
  private let relay: Publisher
  private let replay: RequestServer

  init() throws {
    folder = try ScratchFolder()
    stages = try FakeStages(folder)
    let run = try RunDirectory(stages.run)
    relay = try Publisher(
      context: try ZMQContext(), endpoint: run.tap, source: "tap-relay", epoch: 7)
    replay = try RequestServer(context: try ZMQContext(), endpoint: run.replay)
  }

  private static func event(_ number: Int64, _ text: String = "word") -> LedgerEvent {
    LedgerEvent(number: number, time: WallTime(milliseconds: number), body: .state(text))
  }

  private static func relayed(_ body: StreamBody, _ source: String = "order-router") -> StreamBody {
    .relayed(StreamMessage(source: source, epoch: 3, sequence: 1, body: body))
  }

  private func tap(_ arguments: [String]) throws -> RealCommand {
    try RealCommand(["tap", "--run-dir", stages.run] + arguments, in: folder)
  }

  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }
  }

  /// Says `bodies` again and again until the command ends.
  private func end(
    _ command: RealCommand, saying bodies: [StreamBody], events: [LedgerEvent] = []
  ) async throws -> RealCommand.Answer {
    try await RealCommand.until("the tap ends: \(command.errors)", seconds: 90) {
      relay.service()
      for body in bodies { relay.publish(body) }
      serve(events)
      return !command.process.isRunning
    }
    return try await command.answer()
  }

  private func serve(_ events: [LedgerEvent]) {
    while let request = replay.receive() {
      guard case .replay(let from, let count) = request.question else { continue }
      let some = events.filter { $0.number >= from }.prefix(min(count, 2))
      replay.reply(
        to: request,
        StreamReply(
          epoch: 3, sequence: 9, newestEvent: events.last?.number ?? 0, events: Array(some)))
    }
  }

  @Test func `a message as text and as JSON, and the count ends it with 0`() async throws {
    let text = try await end(
      try tap(["orders", "--count", "1"]), saying: [Self.relayed(.event(Self.event(1)))])
    #expect(text.code == 0 && text.output.hasPrefix("orders order-router number=1"), "\(text)")
    let json = try await end(
      try tap(["all", "--json", "--count", "2"]), saying: [Self.relayed(.event(Self.event(1)))])
    #expect(json.code == 0 && json.errors.isEmpty, "\(json)")
    let objects = try objects(json.output)
    #expect(objects.count == 2 && objects[0]["stream"] as? String == "orders")
  }

  @Test(arguments: [[], ["--json"]])
  func `nothing heard is nothing said, and Ctrl-C ends it with 0`(_ flags: [String]) async throws {
    let command = try tap(["trades"] + flags)
    try await RealCommand.until("it listens", seconds: 60) { relay.service() }
    command.signal(SIGINT)
    // Before its loop the signal waits in the descriptor; it is blocked from the first line on.
    let answer = try await command.answer(seconds: 60)
    #expect(answer.code == 0 && answer.output.isEmpty && answer.errors.isEmpty, "\(answer)")
  }

  @Test(arguments: [[], ["--json"]])
  func `without a pipeline it ends with 69`(_ flags: [String]) async throws {
    let answer = try await RealCommand.run(
      ["tap", "all", "--run-dir", folder.file("none")] + flags, in: folder)
    #expect(answer.code == 69 && answer.output.isEmpty, "\(answer)")
  }

  @Test func `a file gets JSON lines, and one that exists is left alone`() async throws {
    let file = folder.file("all.jsonl")
    let answer = try await end(
      try tap(["all", "--to", file, "--count", "3"]),
      saying: [Self.relayed(.event(Self.event(4)))])
    #expect(answer.code == 0 && answer.output.isEmpty, "\(answer)")
    #expect(try objects(folder.read("all.jsonl")).count == 3)
    let again = try await tap(["all", "--to", file]).answer(seconds: 60)
    #expect(again.code == 1 && again.errors.contains("exists"), "\(again)")
    let nowhere = try await tap(["all", "--to", folder.file("no/such")]).answer(seconds: 60)
    #expect(nowhere.code == 78, "\(nowhere)")
  }

  @Test func `the past comes first, each event once and in order, where it meets the present too`()
    async throws
  {
    let past = (1...5).map { Self.event(Int64($0)) }
    let live = (4...7).map { Self.relayed(.event(Self.event(Int64($0)))) }
    let answer = try await end(
      try tap(["orders", "--since", "2", "--json", "--count", "6"]), saying: live, events: past)
    #expect(answer.code == 0, "\(answer)")
    let numbers = try objects(answer.output).compactMap { $0["number"] as? String }
    #expect(numbers == ["2", "3", "4", "5", "6", "7"], "\(answer)")
  }

  @Test func `a router that does not answer for its past ends it with 75`() async throws {
    let answer = try await tap(["orders", "--since", "1"]).answer(seconds: 90)
    #expect(answer.code == 75 && answer.errors.contains("order-router"), "\(answer)")
  }

  @Test func `a filter lets through what fits`() async throws {
    let bodies = [
      Self.relayed(.event(Self.event(1, "no"))), Self.relayed(.event(Self.event(2, "yes"))),
    ]
    let answer = try await end(
      try tap([
        "all", "--json", "--filter", "state=yes", "--filter", "source=order-router",
        "--count", "2",
      ]), saying: bodies)
    let states = try objects(answer.output).compactMap { $0["state"] as? String }
    #expect(states == ["yes", "yes"], "\(answer)")
    let misuse = try await tap(["all", "--filter", "state"]).answer(seconds: 60)
    #expect(misuse.code == 64, "\(misuse)")
  }
}
