import Daemon
import Foundation
import Testing

/// What the stages and programs of a real pipeline may still reach.
@Suite("privileges", .serialized, .timeLimit(.minutes(5)))
struct PrivilegeTests {
  private static let ordinary = ["risk-gate", "signal-service", "market-data", "tap-relay"]
  private static let holders = ["order-router", "paper-venue"]

  /// Fields of `/proc/PID/FILE`, by their first words.
  private static func lines(_ pid: Int32, _ file: String) throws -> [String] {
    try String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private static func limit(_ pid: Int32, _ name: String) throws -> String {
    let line = try #require(try lines(pid, "limits").first { $0.hasPrefix(name) })
    return line.dropFirst(name.count).split(separator: " ").first.map(String.init) ?? ""
  }

  @Test func `every stage but the key's holders has tried to read the key and failed`()
    async throws
  {
    let pipeline = try Pipeline()
    let configuration = pipeline.folder.appendingPathComponent("limits.yaml")
    try Data("supervisor:\n  stage_memory_mb: 777\n  stage_files: 4321\n".utf8)
      .write(to: configuration)
    try pipeline.start(["--config", configuration.path])
    try await pipeline.waitUntilReady()
    let key = "\(pipeline.stateDirectory)-keys/venue"
    let text = try String(contentsOfFile: key, encoding: .utf8)
    let secret = try #require(
      text.split(separator: "\n").first { $0.hasPrefix("secret=") }?.dropFirst(7))
    let log = try String(
      contentsOfFile: "\(pipeline.stateDirectory)/interlock.log", encoding: .utf8)
    #expect(!log.contains(secret), "the secret is in the log")
    let answer = try await pipeline.command(["status", "--json"])
    let stages = answer.json["stages"] as? [[String: Any]] ?? []
    for name in Self.ordinary + Self.holders {
      let stage = try #require(stages.first { $0["name"] as? String == name })
      let pid = Int32(try #require(stage["pid"] as? Int))
      let status = stage["status"] as? [String: String] ?? [:]
      let inForce = status["privileges"] ?? "nothing"
      if Self.holders.contains(name) {
        #expect(inForce == "holds the key, memory hidden", "\(name): \(inForce)")
      } else if Landlock.version > 0 {
        // The stage says so only after it has tried to open what is hidden.
        #expect(inForce == "Landlock \(Landlock.version), 1 hidden", "\(name): \(inForce)")
        #expect(status["privileges_missing"] == nil)
      } else {
        #expect(status["privileges_missing"] != nil, "\(name) says that it is not confined")
        #expect(answer.text.contains("UNCONFINED: \(name)"))
      }
      #expect(try Self.lines(pid, "status").contains("NoNewPrivs:\t1"), "\(name)")
      #expect(try Self.limit(pid, "Max open files") == "4321", "\(name)")
      let memory = name == "paper-venue" ? 8192 : 777
      #expect(try Self.limit(pid, "Max data size") == "\(memory * 1024 * 1024)", "\(name)")
      #expect(Int(try Self.limit(pid, "Max cpu time")) ?? 0 > 0, "\(name)")
      let environment = try String(contentsOfFile: "/proc/\(pid)/environ", encoding: .utf8)
      #expect(environment.contains("SWIFT_BACKTRACE=enable=no"), "\(name)")
    }
  }

  @Test func `one SIGABRT ends any stage: no backtracer stands in its way`() async throws {
    let pipeline = try Pipeline()
    try pipeline.start([])
    try await pipeline.waitUntilReady()
    for name in Self.ordinary + Self.holders {
      let stage = try #require(try await pipeline.stages().first { $0.name == name })
      kill(stage.pid, SIGABRT)
      try await Pipeline.until("\(name) is back", seconds: 60) {
        try await pipeline.stages().contains {
          $0.name == name && $0.state == "ready" && $0.generation > stage.generation
        }
      }
    }
  }

  private static let probe = #"""
    #!/usr/bin/python3
    import json, os, signal, socket, sys
    told = json.loads(sys.stdin.readline())
    market = told["market"].removeprefix("ipc://")
    run = os.path.dirname(os.path.dirname(market))
    state = os.path.dirname(run) + "/state"
    def say(name, act):
        try:
            print(name, "DONE", act(), flush=True)
        except Exception as error:
            print(name, "refused", error, flush=True)
    def connect(path):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(path)
    def internet():
        with socket.socket() as s:
            s.settimeout(2)
            s.connect(("127.0.0.1", 9))
    def datagram():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"x", ("127.0.0.1", 9))
    def abstract():
        with socket.socket(socket.AF_UNIX) as s:
            s.connect("\0il-nobody")
    say("room", lambda: os.stat(run + "/core"))
    say("open", lambda: connect(market))
    say("core", lambda: connect(run + "/core/supervisor.sock"))
    say("instance", lambda: open(run + "/instance.json").read())
    say("state", lambda: open(state + "/signals.jsonl").read())
    say("ledger", lambda: os.stat(state + "/ledger.sqlite"))
    say("key", lambda: open(state + "-keys/venue").read(4))
    say("write", lambda: open("/tmp/il-probe", "w"))
    say("beside", lambda: open(__file__ + ".x", "w"))
    say("signal", lambda: os.kill(os.getppid(), signal.SIGCONT))
    say("network", internet)
    say("datagram", datagram)
    say("abstract", abstract)
    say("proc", lambda: open("/proc/%d/environ" % os.getppid()).read())
    say("undo", lambda: __import__("subprocess").run(["umount", "/proc"], check=True))
    print("end", flush=True)
    signal.pause()
    """#

  @Test func `a program sees its room and nothing else, writes nowhere, reaches nobody`()
    async throws
  {
    let pipeline = try Pipeline()
    let folder = pipeline.folder.appendingPathComponent("programs")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let program = folder.appendingPathComponent("probe.py")
    try Data(Self.probe.utf8).write(to: program)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: program.path)
    try pipeline.start(["--strategy", "breakout", "--strategy-program", program.path])
    try await pipeline.waitUntilReady()
    let path = "\(pipeline.stateDirectory)/programs/probe.log"
    try await Pipeline.until("the program has tried everything", seconds: 60) {
      (try? String(contentsOfFile: path, encoding: .utf8))?.contains("\nend") == true
    }
    let words = try String(contentsOfFile: path, encoding: .utf8)
    let answer = try await pipeline.command(["status", "--json"])
    let programs = answer.json["programs"] as? [[String: Any]] ?? []
    let told = try #require(programs.first)
    #expect(told["name"] as? String == "probe" && told["state"] as? String == "running")
    let missing = told["missing"] as? String ?? ""
    if !missing.isEmpty {
      FileHandle.standardError.write(Data("SKIPPED IN PART, LOUDLY: \(missing)\n".utf8))
      #expect(answer.text.contains("UNCONFINED: program probe"))
    }
    for what in ["core", "instance", "state", "key", "write", "beside", "undo"] {
      #expect(words.contains("\(what) refused"), "\(what) in:\n\(words)")
    }
    if !missing.contains("namespaces") {
      // Landlock forbids no stat: it is the mount that hides it.
      #expect(words.contains("room refused") && words.contains("ledger refused"), "\(words)")
      #expect(words.contains("proc refused") && words.contains("datagram refused"), "\(words)")
    }
    if !missing.contains("Landlock") { #expect(words.contains("signal refused"), "\(words)") }
    #expect(words.contains("network refused") && words.contains("abstract refused"), "\(words)")
    #expect(words.contains("open DONE"), "\(words)")
  }
}
