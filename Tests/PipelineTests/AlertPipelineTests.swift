import AlertReceiver
import Foundation
import Testing

/// A whole pipeline that tells people, and none of whose words is a secret.
@Suite("alerts and secrets of a whole run", .serialized, .timeLimit(.minutes(10)))
struct AlertPipelineTests {
  private static let word = "hook-0815-nobody-sees"

  private func start(_ receiver: AlertReceiver, _ flags: [String] = []) async throws -> Pipeline {
    let pipeline = try Pipeline()
    let secrets = pipeline.folder.appendingPathComponent("alerts")
    try Data("webhook=\(receiver.url)/\(Self.word)\n".utf8).write(to: secrets)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: secrets.path)
    let config = pipeline.folder.appendingPathComponent("il.yaml")
    try Data("alerts:\n  secrets_file: \(secrets.path)\n".utf8).write(to: config)
    try pipeline.start(["--speed", "240", "--config", config.path] + flags)
    try await pipeline.waitUntilReady(seconds: 120, stages: 7)
    return pipeline
  }

  @Test func `a kill and a death are told, and so is a test`() async throws {
    let receiver = try AlertReceiver()
    let pipeline = try await start(receiver)
    let test = try await pipeline.command(["alert", "test", "--json"], seconds: 60)
    #expect(test.code == 0 && test.text == "{\"delivered\":[\"webhook\"]}\n", "\(test)")
    #expect(receiver.received("test").count == 1)
    try await pipeline.killAndAwaitReturn("risk-gate")
    let killed = try await pipeline.command(
      ["kill-switch", "activate", "--reason", "drill"], seconds: 90)
    #expect(killed.code == 0, "\(killed)")
    try await Pipeline.until("both are told", seconds: 60) {
      receiver.received("stage_died").contains { $0.fields["stage"] == "risk-gate" }
        && receiver.received("kill_switch").contains {
          $0.fields["text"]?.contains("drill") == true
        }
    }
  }

  @Test(arguments: ["text", "json"])
  func `nothing that is written or said holds a key or an address`(_ format: String)
    async throws
  {
    let receiver = try AlertReceiver()
    let pipeline = try await start(
      receiver, ["--log-format", format, "--log-level", "debug"])
    try await Pipeline.until("something is traded", seconds: 90) {
      try await pipeline.orders() > 0
    }
    try await pipeline.killAndAwaitReturn("order-router")
    try receiver.tell(["500"])
    var said = ""
    for verb in [
      ["status"], ["orders"], ["intents"], ["fills"], ["positions"], ["events", "--count", "1000"],
      ["explain", "PF_XBTUSD"], ["kill-switch", "status"], ["doctor"], ["alert", "test"],
      ["logs", "--lines", "100000"], ["reconcile"],
    ] {
      for form in [[], ["--json"]] {
        said += try await pipeline.command(verb + form, seconds: 120).text
      }
    }
    said += try await pipeline.command(["tap", "all", "--count", "50", "--json"], seconds: 90).text
    let process = try #require(pipeline.process)
    kill(process.processIdentifier, SIGINT)
    try await Pipeline.ended(process, seconds: 90)
    said += pipeline.output
    try judge(pipeline, said, format)
  }

  /// Looks for the secrets in what was said and in every file but those that hold them.
  private func judge(_ pipeline: Pipeline, _ said: String, _ format: String) throws {
    let credentials = "\(pipeline.stateDirectory)-keys/venue"
    let lines = try String(contentsOfFile: credentials, encoding: .utf8).split(separator: "\n")
    let secrets =
      lines.compactMap { line in line.firstIndex(of: "=").map { line[line.index(after: $0)...] } }
      .map(String.init) + [Self.word]
    #expect(secrets.count == 3 && secrets.allSatisfy { $0.utf8.count > 16 }, "\(lines.count) lines")
    for secret in secrets { #expect(!said.contains(secret), "something said a secret") }
    let folder = pipeline.folder.path
    let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    var looked = 0
    for name in names where name != "state-keys/venue" && name != "alerts" {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
      looked += 1
      for secret in secrets {
        #expect(data.range(of: Data(secret.utf8)) == nil, "\(name) holds a secret")
      }
    }
    let log = try String(
      contentsOfFile: "\(pipeline.stateDirectory)/interlock.log", encoding: .utf8)
    #expect(looked > 5 && log.contains("order sending"), "\(looked) files were looked at")
    guard format == "json" else { return }
    for line in log.split(separator: "\n") {
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["level"] is String && object?["time"] is String, "\(line)")
    }
  }
}
