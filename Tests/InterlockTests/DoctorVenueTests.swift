import Daemon
import Foundation
import Testing

/// The doctor of the profile live, at a real paper venue that stands in for the venue.
@Suite("doctor at a venue", .serialized, .timeLimit(.minutes(10)))
struct DoctorVenueTests {
  private static let secret = Data(repeating: 0x2A, count: 64).base64EncodedString()
  private static let wrong = Data(repeating: 0x2B, count: 64).base64EncodedString()

  private let folder: ScratchFolder
  private let venue: RealCommand
  private let address: VenueAddress

  init() async throws {
    folder = try ScratchFolder()
    for room in ["venue/core", "venue/open", "kept"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(room), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    venue = try RealCommand(
      [
        "--run-dir", folder.file("venue"), "--state-dir", folder.file("kept"), "--key", "k",
        "--secret", Self.secret,
      ], in: folder,
      executable: RealCommand.binaries.appendingPathComponent("paper-venue").path)
    let run = RunFiles(folder.file("venue"))
    try await RealCommand.until("the venue listens", seconds: 60) { try run.readVenue() != nil }
    address = try #require(try run.readVenue())
  }

  private func rows(
    secret: String = Self.secret, more: String = "", code: Int32
  ) async throws -> [String: CheckRow] {
    let keys = try folder.write("key=k\nsecret=\(secret)\n", to: "keys")
    chmod(keys, 0o600)
    let config = try folder.write("venue:\n  url: \(address.url)\n\(more)", to: "live.yaml")
    let answer = try await RealCommand(
      [
        "doctor", "--json", "--profile", "live", "--config", config, "--secret-file", keys,
        "--run-dir", folder.file("run"), "--state-dir", folder.file("state"),
      ], in: folder
    ).answer(seconds: 180)
    #expect(answer.code == code, "\(answer)")
    #expect(!"\(answer)".contains(secret), "a secret is in the answer")
    let rows = try JSONDecoder().decode([CheckRow].self, from: Data(answer.output.utf8))
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
  }

  private func arm(_ fault: String) async throws {
    let program = """
      import sys, urllib.request as web
      ask = web.Request(sys.argv[1] + "/faults", data=sys.argv[2].encode(), method="POST",
                        headers={"Content-Type": "application/json"})
      web.urlopen(ask, timeout=30).read()
      """
    let answer = try await RealCommand(
      ["python3", "-c", program, address.admin, fault], in: folder, executable: "/usr/bin/env"
    ).answer(seconds: 60)
    #expect(answer.code == 0, "\(answer)")
  }

  @Test func `a venue that is well and a key that may trade`() async throws {
    let rows = try await rows(code: 0)
    for name in ["venue", "skew", "rate_budget", "instruments", "key", "key_rights"] {
      #expect(rows[name]?.state == .ok, "\(name): \(String(describing: rows[name]))")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("state")), "nothing is made")
  }

  @Test func `a key that is wrong, and an instrument that nobody lists`() async throws {
    let rows = try await rows(
      secret: Self.wrong, more: "market_data:\n  instruments: [PF_NONEUSD]\n", code: 1)
    #expect(rows["key_rights"]?.state == .fail, "\(rows)")
    #expect(rows["instruments"]?.state == .fail, "\(rows)")
    #expect(rows["instruments"]?.found.contains("PF_NONEUSD") == true)
  }

  @Test func `a key that reads and may not trade`() async throws {
    try await arm(
      """
      {"match": {"path": "cancelorder"}, "every": true,
       "fault": {"kind": "status", "code": 200,
                 "body": "{\\"result\\":\\"error\\",\\"error\\":\\"authenticationError\\"}"}}
      """)
    let row = try await rows(code: 1)["key_rights"]
    #expect(
      row?.state == .fail && row?.found.contains("may not trade") == true,
      "\(String(describing: row))")
  }

  @Test func `a clock that is a minute off`() async throws {
    try await arm(#"{"fault": {"kind": "clock_skew", "ms": 60000}}"#)
    let rows = try await rows(code: 1)
    #expect(rows["skew"]?.state == .fail, "\(rows)")
  }

  @Test func `a venue over its limit`() async throws {
    try await arm(
      #"{"every": true, "fault": {"kind": "rate_limited", "code": 429}}"#)
    let rows = try await rows(code: 1)
    #expect(rows["rate_budget"]?.state == .fail && rows["venue"]?.state == .fail, "\(rows)")
  }

  @Test func `a venue that stops answering`() async throws {
    venue.signal(SIGSTOP)
    defer { venue.signal(SIGCONT) }
    let rows = try await rows(
      more: "  request_timeout_ms: 500\n  connect_timeout_ms: 500\n", code: 1)
    #expect(rows["venue"]?.state == .fail && rows["instruments"]?.state == .skip, "\(rows)")
  }
}
