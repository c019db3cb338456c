import Daemon
import Foundation
import Glibc
import Wire

/// Finds out what the checks judge: files, kernel, and the router's own look.
struct DoctorLook {
  let profile: Profile?
  let account: String?
  let config: String?
  let secretFile: String?
  let unit: String
  let runDirectory: String
  let stateDirectory: String?

  func rows() -> [CheckRow] {
    let instance = try? RunFiles(runDirectory).readInstance()
    let profile = profile ?? instance?.profile ?? .demo
    let account = account ?? instance?.account ?? "demo"
    let state = stateDirectory ?? instance?.stateDirectory ?? Directories.defaultState
    let configuration = Self.result { () throws(Fatal) in
      try Configuration.load(path: config, profile: profile)
    }
    let expected = Identity(account: account, profile: profile)
    var rows = [
      HostChecks.toolchain(Self.swiftBanner()), HostChecks.libzmq(SocketLibrary.version),
      HostChecks.permissions(Self.folders([state, runDirectory]), user: geteuid()),
      HostChecks.disk(Self.freeBytes(state), state),
      HostChecks.clock(
        isSynchronised: Clock.isSynchronised, wallMilliseconds: Clock.wallMilliseconds()),
      HostChecks.limits(descriptors: Self.descriptorLimit()),
      HostChecks.sockets(runState(state), runDirectory), StateChecks.config(configuration),
      StateChecks.stamp(
        Self.result { () throws(Fatal) in
          try AtomicFile.readJSON(Identity.self, from: "\(state)/identity.json")
        }, expected: expected, state),
      StateChecks.latch(Self.latch(state, expected)),
    ]
    let settings = try? configuration.get().alerts
    rows.append(
      StateChecks.alerts(
        settings, readable: Self.fault(settings?.secretsFile), running: runningAlerts()))
    rows.append(StateChecks.unit(Self.unitText(unit), unit))
    return rows + routerRows(state, expected, isConfigured: (try? configuration.get()) != nil)
  }

  /// What the supervisor that runs here says of people who are not told.
  private func runningAlerts() -> [String] {
    let status = try? PipelineStatus.ask(runDirectory)
    return status?.alerts.filter { $0.hasPrefix("ALERTS ") } ?? []
  }

  // MARK: - The router's look

  private func routerRows(
    _ state: String, _ identity: Identity, isConfigured: Bool
  ) -> [CheckRow] {
    guard isConfigured else {
      return [.skip("router", "order-router --check needs a configuration that can be read")]
    }
    var arguments = [
      "--check", "--state-dir", state, "--run-dir", runDirectory, "--profile",
      identity.profile.rawValue, "--account", identity.account, "--log-level", "error",
    ]
    if let config { arguments += ["--config", config] }
    if let secretFile { arguments += ["--secret-file", secretFile] }
    do throws(Fatal) {
      let answer = try SiblingProcess.run("order-router", arguments)
      guard let rows = JSONLine.decode([CheckRow].self, Array(answer.output.utf8)) else {
        return [
          .fail(
            "router", "order-router --check ended with \(answer.code) and no rows",
            "read what it said above")
        ]
      }
      return rows
    } catch {
      return [.fail("router", error.message, "install every executable of one build")]
    }
  }

  // MARK: - Looking

  private static func result<Value>(
    _ body: () throws(Fatal) -> Value
  ) -> Result<Value, Fatal> {
    do throws(Fatal) {
      return .success(try body())
    } catch {
      return .failure(error)
    }
  }

  private static func swiftBanner() -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["swift", "--version"]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd()
    else { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  private static func folders(
    _ paths: [String]
  ) -> [(path: String, mode: UInt32, owner: UInt32)] {
    paths.compactMap { path in
      var information = stat()
      guard stat(path, &information) == 0 else { return nil }
      return (path, information.st_mode & 0o777, information.st_uid)
    }
  }

  /// Of the file system that holds `path`, or will: the nearest folder above that exists.
  private static func freeBytes(_ path: String) -> Int64? {
    var place = path
    while !place.isEmpty {
      var information = statvfs()
      if statvfs(place, &information) == 0 {
        return Int64(clamping: information.f_bavail) &* Int64(clamping: information.f_frsize)
      }
      place = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? ""
    }
    return nil
  }

  private static func descriptorLimit() -> UInt64 {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
      ? UInt64(limit.rlim_max) : 0
  }

  private func runState(_ state: String) -> HostChecks.RunState {
    let files = RunFiles(runDirectory)
    do throws(Fatal) {
      if let instance = try files.readInstance(),
        ProcessMark(pid: instance.supervisorPID) != nil,
        instance.processes?["supervisor"]?.isAlive ?? true
      {
        return instance.stateDirectory == state
          ? .running(pid: instance.supervisorPID) : .taken(stateDirectory: instance.stateDirectory)
      }
    } catch {
      return .unreadable(error.message)
    }
    let names = [files.open, files.core].flatMap { folder in
      (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
    let sockets = names.count { $0.hasSuffix(".sock") || $0.hasSuffix(".ipc") }
    return sockets == 0 ? .empty : .left(sockets: sockets)
  }

  private static func latch(_ state: String, _ identity: Identity) -> LatchFile.State? {
    let wasStarted = access("\(state)/identity.json", F_OK) == 0
    guard wasStarted || access(LatchFile.path(state), F_OK) == 0 else { return nil }
    let owner = LatchFile.owner(account: identity.account, profile: identity.profile)
    do throws(Fatal) {
      return try LatchFile(stateDirectory: state, owner: owner, makes: false).read()
    } catch {
      return .unreadable(error.message)
    }
  }

  /// Why the file is none that `alerter` would take; its values are not looked at.
  private static func fault(_ path: String?) -> Fatal? {
    guard let path else { return nil }
    var information = stat()
    guard lstat(path, &information) == 0 else {
      return Fatal(.badConfiguration, "unable to find \(path): \(SystemError.text())")
    }
    let isOurs = information.st_uid == geteuid() || information.st_uid == 0
    guard information.st_mode & S_IFMT == S_IFREG, isOurs, information.st_mode & 0o177 == 0 else {
      let mode = String(information.st_mode & 0o777, radix: 8)
      return Fatal(
        .badConfiguration,
        "\(path) is no file of mode 0600 of this user: user \(information.st_uid), mode 0\(mode)")
    }
    return nil
  }

  private static func unitText(_ path: String) -> String? {
    guard let unit = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let folder = "\(path).d"
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    let more = names.filter { $0.hasSuffix(".conf") }.compactMap {
      try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
    }
    return ([unit] + more).joined(separator: "\n")
  }
}
