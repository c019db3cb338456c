import Daemon
import Foundation
import Testing

@testable import Interlock

/// Every row of the doctor that is judged here, in each state it can have.
@Suite("doctor's judgement")
struct DoctorChecksTests {
  private func expect(
    _ row: CheckRow, _ state: CheckRow.State, says word: String = "",
    _ place: SourceLocation = #_sourceLocation
  ) {
    #expect(row.state == state, "\(row)", sourceLocation: place)
    let says = word.isEmpty || row.found.contains(word)
    #expect(says, "\(word) in \(row)", sourceLocation: place)
    let needsRemedy = state == .warn || state == .fail
    #expect(row.remedy.isEmpty != needsRemedy, "\(row)", sourceLocation: place)
  }

  @Test func `the toolchain`() {
    expect(HostChecks.toolchain("Swift version 6.3.1 (swift-6.3.1-RELEASE)\n"), .ok, says: "6.3.1")
    expect(HostChecks.toolchain("Swift version 5.10 (x)"), .fail, says: "5.10")
    expect(HostChecks.toolchain("something else"), .warn)
    expect(HostChecks.toolchain(nil), .skip)
  }

  @Test func `libzmq and its known fault`() {
    expect(HostChecks.libzmq("4.3.4"), .ok, says: "aborts when its descriptors run out")
    expect(HostChecks.libzmq("4.1.6"), .fail, says: "too old")
    expect(HostChecks.libzmq("what"), .fail)
  }

  @Test func `permissions`() {
    expect(HostChecks.permissions([("/a", 0o700, 7), ("/b", 0o700, 7)], user: 7), .ok)
    expect(HostChecks.permissions([("/a", 0o755, 7)], user: 7), .warn, says: "0755")
    expect(HostChecks.permissions([("/a", 0o700, 8)], user: 7), .fail, says: "user 8")
  }

  @Test func `disk, clock and limits`() {
    expect(HostChecks.disk(5 << 30, "/s"), .ok, says: "5120 MiB")
    expect(HostChecks.disk(500 << 20, "/s"), .warn)
    expect(HostChecks.disk(99 << 20, "/s"), .fail)
    expect(HostChecks.disk(nil, "/s"), .fail)
    let now: Int64 = 1_800_000_000_000
    expect(HostChecks.clock(isSynchronised: true, wallMilliseconds: now), .ok)
    expect(HostChecks.clock(isSynchronised: false, wallMilliseconds: now), .warn)
    expect(HostChecks.clock(isSynchronised: nil, wallMilliseconds: now), .skip)
    expect(HostChecks.clock(isSynchronised: true, wallMilliseconds: 1000), .fail)
    expect(HostChecks.limits(descriptors: 65_536), .ok)
    expect(HostChecks.limits(descriptors: 2000), .warn)
    expect(HostChecks.limits(descriptors: 256), .fail)
  }

  @Test func `sockets`() {
    expect(HostChecks.sockets(.empty, "/r"), .ok)
    expect(HostChecks.sockets(.running(pid: 5), "/r"), .ok, says: "process 5")
    expect(HostChecks.sockets(.left(sockets: 3), "/r"), .warn, says: "3 sockets")
    expect(HostChecks.sockets(.taken(stateDirectory: "/other"), "/r"), .fail, says: "/other")
    expect(HostChecks.sockets(.unreadable("torn"), "/r"), .fail, says: "torn")
  }

  @Test func `configuration and stamp of the state`() throws {
    let good = try Configuration.parse("", path: "f", profile: .demo)
    expect(StateChecks.config(.success(good)), .ok)
    expect(
      StateChecks.config(.failure(Fatal(.badConfiguration, "two\nlines"))), .fail,
      says: "two; lines")
    let contradiction = try Configuration.parse(
      "risk_gate:\n  max_positions: 100\n", path: "f", profile: .live)
    expect(
      StateChecks.config(.success(contradiction)), .fail, says: "risk_gate.positions_degraded")
    let demo = Identity(account: "demo", profile: .demo)
    expect(StateChecks.stamp(.success(nil), expected: demo, "/s"), .ok)
    expect(StateChecks.stamp(.success(demo), expected: demo, "/s"), .ok)
    expect(
      StateChecks.stamp(
        .success(Identity(account: "a", profile: .live)), expected: demo, "/s"), .fail,
      says: "a/live, not to demo/demo")
    expect(
      StateChecks.stamp(.failure(Fatal(.internalError, "torn")), expected: demo, "/s"), .fail)
  }

  @Test func `the latch`() {
    expect(StateChecks.latch(nil), .ok)
    expect(StateChecks.latch(.clear), .ok)
    let entry = LatchBlock.Entry(scope: "all", by: "me", reason: "why", since: 1)
    expect(StateChecks.latch(.active([entry])), .warn, says: "SET: all by me: why")
    expect(StateChecks.latch(.unreadable("torn")), .fail, says: "torn")
  }

  @Test func `alerts`() throws {
    let none = try Configuration.parse("", path: "f", profile: .demo).alerts
    let some = try Configuration.parse(
      "alerts:\n  secrets_file: /f\n", path: "f", profile: .demo
    ).alerts
    expect(StateChecks.alerts(nil, readable: nil), .skip)
    expect(StateChecks.alerts(none, readable: nil), .warn)
    expect(StateChecks.alerts(some, readable: nil), .ok)
    expect(StateChecks.alerts(some, readable: Fatal(.badConfiguration, "mode")), .fail)
  }

  @Test func `the unit file`() throws {
    let hard = """
      [Service]
      Type=notify
      Restart=always
      RestartPreventExitStatus=78
      WatchdogSec=10
      OnFailure=interlock-alert.service
      NoNewPrivileges=true
      ProtectSystem=strict
      ProtectHome=yes
      PrivateTmp=yes
      RestrictAddressFamilies=AF_UNIX AF_INET
      SystemCallFilter=@system-service
      CapabilityBoundingSet=
      StateDirectory=interlock
      RuntimeDirectory=interlock
      UMask=0077
      LockPersonality=yes
      RestrictSUIDSGID=yes
      Environment=SWIFT_BACKTRACE=enable=no
      """
    expect(StateChecks.unit(hard, "/u"), .ok)
    let again = hard.replacing("ExitStatus=78", with: "ExitStatus=64 178")
    expect(StateChecks.unit(again, "/u"), .fail, says: "RestartPreventExitStatus=78")
    let path = CommandTree.root.appendingPathComponent("ops/systemd/interlock.service").path
    let ours = try String(contentsOfFile: path, encoding: .utf8)
    expect(StateChecks.unit(ours, "/u"), .ok)
    expect(StateChecks.unit(nil, "/u"), .skip)
    let weak = hard.replacing("UMask=0077", with: "")
    expect(StateChecks.unit(weak, "/u"), .warn, says: "lacks UMask=0077")
    let soft = hard.replacing("Type=notify", with: "Type=simple")
    expect(StateChecks.unit(soft, "/u"), .fail, says: "lacks Type=notify")
    let loud = hard.replacing("SWIFT_BACKTRACE=enable=no", with: "A=b")
    expect(StateChecks.unit(loud, "/u"), .fail, says: "backtracer")
    let told = hard + "\nEnvironment=KRAKEN_API_SECRET=abc"
    expect(StateChecks.unit(told, "/u"), .fail, says: "secret in Environment")
  }

  @Test func `versions are compared by their parts`() throws {
    let old = try #require(LibraryVersion("3.9"))
    let new = try #require(LibraryVersion("3.40.1"))
    #expect(old < new && !(new < old))
    #expect(LibraryVersion("3.40") == LibraryVersion("3.40.0"))
    #expect(LibraryVersion("3.x") == nil && LibraryVersion("") == nil)
  }

  @Test func `colours only where they are wanted`() {
    let rows = [CheckRow.fail("disk", "full", "make room")]
    #expect(DoctorCommand.text(rows, Paint(isOn: false)) == "fail  disk  full\n      make room")
    #expect(DoctorCommand.text(rows, Paint(isOn: true)).contains("\u{1B}[31mfail\u{1B}[0m"))
  }
}
