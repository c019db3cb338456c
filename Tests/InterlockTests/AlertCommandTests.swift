import AlertReceiver
import Foundation
import Testing

/// `interlock alert` without a pipeline: the real alerter, one message, and a real server.
@Suite("interlock alert", .serialized, .timeLimit(.minutes(10)))
struct AlertCommandTests {
  private static let word = "token-that-nobody-sees-0815"

  private let folder: ScratchFolder
  private let receiver: AlertReceiver

  init() throws {
    folder = try ScratchFolder()
    receiver = try AlertReceiver()
  }

  private func configuration(
    _ secrets: String, _ more: String = "", mode: Int = 0o600
  ) throws -> String {
    let path = try folder.write(secrets, to: "secrets")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return try folder.write("alerts:\n  secrets_file: \(path)\n\(more)", to: "il.yaml")
  }

  private var webhook: String { "webhook=\(receiver.url)/\(Self.word)\n" }

  private func send(
    _ config: String, _ flags: [String] = []
  ) async throws -> RealCommand.Answer {
    let answer = try await RealCommand(
      [
        "alert", "send", "--event", "supervisor_failed", "--text", "it \"failed\"", "--config",
        config, "--account", "main",
      ] + flags, in: folder
    ).answer(seconds: 120)
    #expect(!"\(answer)".contains(Self.word), "\(answer)")
    return answer
  }

  @Test(arguments: [false, true])
  func `a webhook gets it, with every field`(_ json: Bool) async throws {
    let answer = try await send(configuration(webhook), json ? ["--json"] : [])
    #expect(answer.code == 0 && answer.errors.isEmpty, "\(answer)")
    #expect(answer.output == (json ? "{\"delivered\":true}\n" : "delivered\n"))
    let alert = try #require(receiver.received.first)
    #expect(alert.path == "/\(Self.word)" && alert.fields["event"] == "supervisor_failed")
    #expect(alert.fields["account"] == "main")
    #expect(alert.fields["text"]?.hasSuffix("interlock: it \"failed\"") == true, "\(alert)")
  }

  @Test func `a bot gets it under its token, and the chat is named`() async throws {
    let secrets = "telegram_token=12:\(Self.word)\ntelegram_chat=-100\n"
    let config = try configuration(
      secrets, "  telegram_url: \(receiver.url)\n  events: {supervisor_failed: silent}\n")
    let answer = try await send(config)
    #expect(answer.code == 0, "\(answer)")
    let alert = try #require(receiver.received.first)
    #expect(alert.path == "/bot12:\(Self.word)/sendMessage")
    #expect(alert.fields["chat_id"] == "-100")
    #expect(alert.body.contains("\"disable_notification\":true"), "\(alert)")
  }

  @Test func `failures are tried again, a final word is not`() async throws {
    try receiver.tell(["503", "drop"])
    let again = try await send(configuration(webhook))
    #expect(again.code == 0 && receiver.received.count == 3, "\(again)")
    try receiver.tell(["404"])
    let never = try await send(configuration(webhook), ["--json"])
    #expect(never.code == 75 && never.errors.contains("HTTP 404"), "\(never)")
    #expect(receiver.received.count == 4 && never.output.isEmpty)
  }

  @Test func `nobody there, and a server that hangs, end with 75 after the last try`()
    async throws
  {
    let more = "  attempts: 2\n  timeout_ms: 300\n"
    let nobody = try await send(configuration("webhook=http://127.0.0.1:1/\(Self.word)\n", more))
    #expect(nobody.code == 75 && nobody.errors.contains("webhook"), "\(nobody)")
    try receiver.tell(["hang", "hang"])
    let hung = try await send(configuration(webhook, more))
    #expect(hung.code == 75, "\(hung)")
  }

  @Test func `nothing configured, switched off, unreadable, unknown: each has its code`()
    async throws
  {
    let none = try folder.write("", to: "none.yaml")
    #expect(try await send(none).code == 1)
    let off = try configuration(webhook, "  events: {supervisor_failed: off}\n")
    let silent = try await send(off, ["--json"])
    #expect(silent.code == 1 && silent.errors.contains("is off"), "\(silent)")
    let open = try await send(configuration(webhook, mode: 0o644))
    #expect(open.code == 78 && open.errors.contains("mode is 0644"), "\(open)")
    let wrong = try await send(configuration(webhook, "  events: {dance: off}\n"))
    #expect(wrong.code == 78 && wrong.errors.contains("alerts.events"), "\(wrong)")
    let misuse = try await RealCommand.run(
      ["alert", "send", "--event", "dance", "--text", "x"], in: folder)
    #expect(misuse.code == 64 && receiver.received.isEmpty, "\(misuse)")
  }

  @Test func `it is told of the account and profile of what runs or ran last`() async throws {
    let config = try configuration(webhook)
    let places = ["--state-dir", folder.file("state"), "--run-dir", folder.file("run")]
    let send = [
      "alert", "send", "--event", "supervisor_failed", "--text", "x", "--config", config,
    ]
    try FileManager.default.createDirectory(
      atPath: folder.file("state"), withIntermediateDirectories: true)
    _ = try folder.write(#"{"account":"ann","profile":"paper"}"#, to: "state/identity.json")
    for (flags, account, profile) in [
      (["--run-dir", folder.file("run")], "demo", "demo"), (places, "ann", "paper"),
      (places + ["--account", "bob", "--profile", "live"], "bob", "live"),
    ] {
      let answer = try await RealCommand(
        send + flags, in: folder, environment: ["XDG_STATE_HOME": folder.file("nowhere")]
      ).answer(seconds: 120)
      #expect(answer.code == 0, "\(answer)")
      let alert = try #require(receiver.received.last)
      #expect(alert.fields["account"] == account && alert.fields["profile"] == profile, "\(alert)")
    }
    let odd = try await RealCommand.run(send + ["--profile", "prod"], in: folder)
    #expect(odd.code == 64, "\(odd)")
  }

  @Test func `a test alert arrives without a pipeline`() async throws {
    let answer = try await RealCommand(
      ["alert", "test", "--config", configuration(webhook), "--run-dir", folder.file("none")],
      in: folder
    ).answer(seconds: 120)
    #expect(answer.code == 0 && answer.output == "delivered\n", "\(answer)")
    #expect(receiver.received("test").count == 1)
  }
}
