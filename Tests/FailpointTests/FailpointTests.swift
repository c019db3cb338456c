import Foundation
import Testing

@testable import Failpoint

@Suite("what a specification says")
struct FailpointPlanTests {
  @Test func `every part of an entry is understood`() throws {
    let plans = try FailpointPlan.parse(
      "order-router/ledger.commit.before=kill@3#2; wire.publish.after=delay:50;"
        + "ledger.commit.within=ENOSPC;daemon.ready.before=stop")
    #expect(
      plans.map(\.description) == [
        "order-router/ledger.commit.before=kill@3#2", "wire.publish.after=delay:50",
        "ledger.commit.within=enospc", "daemon.ready.before=stop:10000",
      ])
    #expect(plans[0].hit == 3 && plans[0].generation == 2 && plans[0].stage == "order-router")
  }

  @Test(arguments: [
    "nonsense", "ledger.commit.before", "ledger.commit.before=", "ledger.commit.before=explode",
    "no.such.point=kill", "a/b/ledger.commit.before=kill", "ledger.commit.before=kill@0",
    "ledger.commit.before=kill@x", "ledger.commit.before=kill#", "ledger.commit.before=kill:5",
    "ledger.commit.before=stop:0", "ledger.commit.before=delay:600001",
    "daemon.ready.before=eio", "ledger.commit.before=kill=kill",
  ])
  func `what makes no sense is refused with its own words`(_ text: String) {
    let error = #expect(throws: FailpointError.self) { try FailpointPlan.parse(text) }
    #expect(error?.description.hasPrefix(text) == true)
  }

  @Test func `there are at least sixty points and each has a name of its own`() {
    #expect(FailpointName.allCases.count >= 60)
    #expect(FailpointName.allCases.count { $0.takesErrors } >= 15)
    for point in FailpointName.allCases {
      #expect(point.rawValue.split(separator: ".").count == 3)
    }
  }
}

@Suite("what an armed point does", .serialized)
struct FailActionTests {
  @Test func `nothing happens while nothing is armed`() {
    Failpoints.disarm()
    #expect(failpoint(.ledgerCommitBefore) == 0)
    #expect(Failpoints.hits(.ledgerCommitBefore) == 0)
  }

  @Test func `kill ends the process with SIGKILL at the passing that was named`() async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      _ = try? Failpoints.arm("wire.publish.before=kill@3", stage: "x", generation: 1)
      failpoint(.wirePublishBefore)
      failpoint(.wirePublishAfter)
      failpoint(.wirePublishBefore)
      guard Failpoints.hits(.wirePublishBefore) == 2 else { exit(3) }
      failpoint(.wirePublishBefore)
      exit(4)
    }
  }

  @Test func `abort ends the process with SIGABRT`() async {
    await #expect(processExitsWith: .signal(SIGABRT)) {
      _ = try? Failpoints.arm("x/daemon.ready.before=abort", stage: "x", generation: 1)
      failpoint(.daemonReadyBefore)
      exit(4)
    }
  }

  @Test func `stop stops the process and the kernel wakes it again`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      _ = try? Failpoints.arm("daemon.ready.before=stop:300", stage: "x", generation: 1)
      // A second process sees what the first one cannot say of itself.
      let parent = getpid()
      let watcher = startWatcher(parent)
      failpoint(.daemonReadyBefore)
      var status: Int32 = 0
      guard waitpid(watcher, &status, 0) == watcher else { exit(5) }
      exit(status == 0 ? 0 : 6)
    }
  }

  @Test func `delay holds the process up and lets it go on`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      _ = try? Failpoints.arm("daemon.ready.before=delay:100", stage: "x", generation: 1)
      var before = timespec()
      var after = timespec()
      clock_gettime(CLOCK_MONOTONIC, &before)
      guard failpoint(.daemonReadyBefore) == 0 else { exit(5) }
      clock_gettime(CLOCK_MONOTONIC, &after)
      let nanoseconds =
        (after.tv_sec - before.tv_sec) * 1_000_000_000 + after.tv_nsec - before.tv_nsec
      exit(nanoseconds >= 100_000_000 ? 0 : 6)
    }
  }

  @Test(arguments: [("eio", EIO), ("enospc", ENOSPC)])
  func `an error is what the call that stands there fails with`(
    word: String, number: Int32
  ) async {
    await #expect(processExitsWith: .exitCode(0)) {
      [word = word as String, number = number as Int32] in
      let text = "ledger.commit.before=\(word)@2"
      _ = try? Failpoints.arm(text, stage: "x", generation: 1)
      let found = (0..<3).map { _ in failpoint(.ledgerCommitBefore) }
      exit(found == [0, number, 0] ? 0 : 6)
    }
  }

  @Test func `a plan for another stage or another life is not armed`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let text = "risk-gate/wire.publish.before=kill;wire.publish.before=kill#2"
      let armed = try? Failpoints.arm(text, stage: "order-router", generation: 1)
      guard armed == [] else { exit(5) }
      failpoint(.wirePublishBefore)
      exit(0)
    }
  }
}

/// Starts a shell that ends with 0 once it has seen process `pid` stopped, with 1 if it never is.
private func startWatcher(_ pid: Int32) -> Int32 {
  let script = """
    for i in $(seq 100); do
      [ "$(cut -d' ' -f3 /proc/\(pid)/stat)" = T ] && exit 0
      sleep 0.01
    done
    exit 1
    """
  let words = ["/bin/sh", "-c", script]
  let arguments = words.map { word in strdup(word) } + [nil]
  defer { for argument in arguments { free(argument) } }
  var child: pid_t = 0
  posix_spawn(&child, "/bin/sh", nil, nil, arguments, environ)
  return child
}

@Suite("where points stand")
struct FailpointPlaceTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func `every point stands in the sources, and in the documents`() throws {
    let sources = Self.root.appendingPathComponent("Sources")
    let names = FileManager.default.enumerator(atPath: sources.path)?.allObjects as? [String] ?? []
    let text = try names.filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Failpoint/") }
      .map { try String(contentsOf: sources.appendingPathComponent($0), encoding: .utf8) }
      .joined()
    let documents = try String(
      contentsOf: Self.root.appendingPathComponent("docs/failpoints.md"), encoding: .utf8)
    for point in FailpointName.allCases {
      #expect(documents.contains("| `\(point.rawValue)` |"), "\(point.rawValue) is not documented")
      #expect(text.contains(".\(point)"), "\(point.rawValue) stands nowhere")
    }
  }
}
