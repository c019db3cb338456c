import Daemon
import Foundation
import Testing

/// The real command on a real machine, with each fault that a file can show put there.
@Suite("interlock doctor", .serialized, .timeLimit(.minutes(10)))
struct DoctorTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func rows(
    _ arguments: [String] = [], code: Int32
  ) async throws -> [String: CheckRow] {
    let command = try RealCommand(
      [
        "doctor", "--json", "--run-dir", folder.file("run"), "--state-dir", folder.file("state"),
        "--unit", folder.file("unit"),
      ] + arguments, in: folder)
    let answer = try await command.answer(seconds: 120)
    #expect(answer.code == code, "\(answer)")
    let rows = try JSONDecoder().decode([CheckRow].self, from: Data(answer.output.utf8))
    for row in rows where row.state == .warn || row.state == .fail {
      #expect(!row.remedy.isEmpty, "a remedy: \(row)")
    }
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
  }

  private func makeState(_ files: [String: String] = [:], mode: Int = 0o700) throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("state"), withIntermediateDirectories: true,
      attributes: [.posixPermissions: mode])
    for (name, text) in files { _ = try folder.write(text, to: "state/\(name)") }
  }

  @Test func `before the first start nothing fails, and nothing is made`() async throws {
    let rows = try await rows(code: 0)
    for name in [
      "toolchain", "libzmq", "permissions", "disk", "clock", "limits", "sockets", "config", "state",
      "latch", "alerts", "unit", "sqlite", "libcurl", "ledger", "key", "venue", "skew",
      "rate_budget", "instruments", "key_rights",
    ] {
      #expect(rows[name] != nil, "\(name) in \(rows.keys.sorted())")
    }
    #expect(rows["sqlite"]?.found.contains("3.") == true)
    #expect(!FileManager.default.fileExists(atPath: folder.file("state")))
  }

  @Test func `what is wrong with files is told, all at once, with 1`() async throws {
    try makeState([
      "identity.json": #"{"account":"other","profile":"live"}"#, "latch": "torn",
      "ledger.sqlite": "no database at all, but long enough to be read as one",
    ])
    try FileManager.default.createDirectory(
      atPath: folder.file("state-keys"), withIntermediateDirectories: true)
    chmod(try folder.write("key=k\nsecret=c2VjcmV0\n", to: "state-keys/venue"), 0o644)
    let config = try folder.write("supervisor:\n  breaker_deaths: 5\n", to: "good.yaml")
    _ = try folder.write("[Service]\nType=simple\n", to: "unit")
    try FileManager.default.createDirectory(
      atPath: folder.file("run"), withIntermediateDirectories: true)
    _ = try folder.write("{torn", to: "run/instance.json")
    let rows = try await rows(["--config", config], code: 1)
    for name in ["state", "latch", "ledger", "key", "unit", "sockets"] {
      #expect(rows[name]?.state == .fail, "\(name): \(String(describing: rows[name]))")
    }
    #expect(rows["key"]?.found.contains("mode is 0644") == true)
    #expect(rows.values.allSatisfy { !$0.found.contains("c2VjcmV0") })
  }

  @Test func `a configuration that cannot be read, and alerts that others can`() async throws {
    let bad = try folder.write("supervisor:\n  breaker_death: 5\n", to: "bad.yaml")
    let rows = try await rows(["--config", bad], code: 1)
    #expect(rows["config"]?.state == .fail)
    #expect(rows["config"]?.found.contains("breaker_death") == true)
    let secrets = try folder.write("webhook=http://x\n", to: "alerts")
    let good = try folder.write("alerts:\n  secrets_file: \(secrets)\n", to: "good.yaml")
    let second = try await self.rows(["--config", good], code: 1)
    #expect(second["alerts"]?.state == .fail, "\(second)")
  }

  @Test func `a venue that does not answer, and sockets that a killed pipeline left`() async throws
  {
    let config = try folder.write(
      "venue:\n  public_url: http://127.0.0.1:1\n  connect_timeout_ms: 500\n", to: "c.yaml")
    try FileManager.default.createDirectory(
      atPath: folder.file("run/core"), withIntermediateDirectories: true)
    _ = try folder.write("", to: "run/core/supervisor.sock")
    let rows = try await rows(["--profile", "paper", "--config", config], code: 1)
    #expect(rows["venue"]?.state == .fail, "\(rows)")
    #expect(rows["sockets"]?.state == .warn, "\(rows)")
    #expect(rows["instruments"]?.state == .skip && rows["rate_budget"]?.state == .skip)
  }

  @Test func `text has a line a row and no colour in a file; a misuse is one line`() async throws {
    let answer = try await RealCommand(
      ["doctor", "--run-dir", folder.file("run"), "--state-dir", folder.file("state")], in: folder
    ).answer(seconds: 120)
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.output.contains("ok    sqlite") || answer.output.contains("sqlite  "))
    #expect(!answer.output.contains("\u{1B}"))
    let misuse = try await RealCommand.run(["doctor", "--profile", "prod"], in: folder)
    #expect(misuse.code == 64 && misuse.output.isEmpty, "\(misuse)")
  }
}
