import Foundation
import Testing

/// The real `interlock run` over a supervisor that does as it is told.
@Suite("interlock run", .serialized, .timeLimit(.minutes(5)))
struct RunCommandTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let files = FileManager.default
    for name in ["bin", "run", "state"] {
      try files.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    try files.copyItem(
      atPath: RealCommand.binaries.appendingPathComponent("interlock").path,
      toPath: folder.file("bin/interlock"))
    let supervisor = try folder.write(FakeSupervisor.program, to: "bin/supervisor")
    try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: supervisor)
  }

  private func start(_ arguments: [String] = []) throws -> RealCommand {
    try RealCommand(
      ["run", "--run-dir", folder.file("run"), "--state-dir", folder.file("state")] + arguments,
      in: folder, executable: folder.file("bin/interlock"))
  }

  private func untilRunning(_ command: RealCommand) async throws {
    try await RealCommand.until("it runs: \(command.output)\(command.errors)") {
      command.output.contains("running")
    }
  }

  private var deeds: [String] { folder.read("state/deeds").split(separator: "\n").map(String.init) }

  @Test func `the supervisor is told what run was told`() async throws {
    let command = try start(["--market", "/a", "/b", "--market", "/c", "--strategy", "breakout"])
    try await untilRunning(command)
    let told = try #require(deeds.first)
    for words in [
      "--market /a --market /b --market /c", "--speed 60.0", "--strategy breakout",
      "--parent \(command.process.processIdentifier)", "--profile demo",
    ] {
      #expect(told.contains(words), "\(words) in: \(told)")
    }
  }

  @Test(arguments: [75, 78])
  func `a supervisor that cannot start is heard, and its code is the answer`(
    _ code: Int32
  ) async throws {
    _ = try folder.write("exit \(code)", to: "run/does")
    let answer = try await start().answer()
    #expect(answer.code == code, "\(answer)")
    #expect(
      answer.errors == "supervisor: fatal: unable to do it: reason: remedy\nsecond line\n")
    // An older run's words are not repeated.
    _ = try folder.write("exit 64", to: "run/does")
    #expect(try await start().answer().errors.split(separator: "\n").count == 2)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a wish to end reaches the supervisor as TERM, and only by way of run`(
    _ number: Int32
  ) async throws {
    let command = try start()
    try await untilRunning(command)
    // There is no router to ask for numbers; asking again says not to wait for them.
    try await RealCommand.until("the supervisor is told: \(command.output)") {
      if command.process.isRunning { command.signal(number) }
      return deeds.contains("term")
    }
    let answer = try await command.answer()
    #expect(answer.code == 0, "\(answer)")
    #expect(deeds.contains("term") && !deeds.contains("int"))
  }

  @Test func `SIGKILL of run ends the pipeline`() async throws {
    let command = try start()
    try await untilRunning(command)
    let pids = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { entry in
      let bytes = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline") ?? Data()
      return Int32(entry) != nil
        && String(decoding: bytes, as: UTF8.self).contains(folder.file("bin/supervisor"))
    }
    let pid = try #require(pids.first.flatMap { Int32($0) })
    command.signal(SIGKILL)
    // This stand-in looks at its parent; that the real one follows it is shown elsewhere.
    try await RealCommand.until("the supervisor is gone") { kill(pid, 0) != 0 }
  }

  @Test func `a summary that cannot be had is said and is no success`() async throws {
    let summary = folder.file("summary.json")
    let command = try start(["--summary", summary])
    try await untilRunning(command)
    command.signal(SIGINT)
    let answer = try await command.answer(seconds: 60)
    #expect(answer.code == 75, "\(answer)")
    #expect(answer.output.contains("no summary: "), "\(answer)")
    #expect(!FileManager.default.fileExists(atPath: summary))
  }

  @Test func `a log that has grown too long is put aside`() async throws {
    let log = folder.file("state/interlock.log")
    try Data().write(to: URL(fileURLWithPath: log))
    #expect(truncate(log, 65 * 1024 * 1024) == 0)
    _ = try folder.write("exit 75", to: "run/does")
    #expect(try await start().answer().code == 75)
    #expect(folder.read("state/interlock.log").utf8.count < 10_000)
    #expect(FileManager.default.fileExists(atPath: "\(log).1"))
  }
}
