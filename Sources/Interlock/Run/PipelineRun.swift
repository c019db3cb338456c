import Daemon
import Domain
import Foundation
import Glibc
import Wire

/// One run in the foreground: starts the supervisor, shows what happens, gathers the evidence,
/// drains, and says how it went.
///
///     starting ─► running ─► summing up ─► draining ─► over
///         └──────────┴── the supervisor left by itself: its words, its code
final class PipelineRun {
  private static let turn: Int64 = 100
  private static let statusInterval: Int64 = 250
  private static let evidencePatience: Int64 = 20_000
  private static let drainPatience: Int64 = 60_000
  private static let readyPatience: Int64 = 180_000
  /// A log longer than this is put aside as `….1` before the next run.
  private static let longestLog: UInt64 = 64 * 1024 * 1024

  private let runDirectory: String
  private let stateDirectory: String
  private let arguments: [String]
  private let duration: Int64?
  private let summaryPath: String?
  /// Whether the paper venue's book is there to judge from.
  private let isJudged: Bool
  /// How long a position may be without its stop before it counts as unprotected.
  private let protectionDeadline: Int64
  private let log: String
  private let logStart: UInt64
  private let view = LiveView()
  private let signals: SignalDescriptor
  private let supervisor: SupervisorChild
  private let counter: CandleCounter
  private let poller = Poller()
  private let startedAt = Clock.wallMilliseconds()
  private var status: PipelineStatus?
  private var nextStatus = MachineTime(nanoseconds: 0)

  init(
    runDirectory: String, stateDirectory: String, arguments: [String], duration: Int64?,
    summaryPath: String?, isJudged: Bool, protectionDeadline: Int64
  ) throws {
    self.runDirectory = runDirectory
    self.stateDirectory = stateDirectory
    self.arguments = arguments
    self.duration = duration
    self.summaryPath = summaryPath
    self.isJudged = isJudged
    self.protectionDeadline = protectionDeadline
    log = "\(stateDirectory)/interlock.log"
    let endpoints = try Self.endpoints(runDirectory)
    if let summaryPath { try Self.checkSummary(summaryPath) }
    try Folder.prepare(stateDirectory, flag: "--state-dir")
    logStart = Self.prepareLog(log)
    signals = try SignalDescriptor()
    supervisor = try SupervisorChild(arguments, log: log)
    counter = try CandleCounter(endpoints)
  }

  /// A summary that cannot be written is said before the run, not after it.
  private static func checkSummary(_ path: String) throws(Fatal) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw Fatal(.badConfiguration, "unable to write \(path): it is a folder: name a file in it")
    }
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    // The dot makes a file that stands where the folder should be an error.
    guard access("\(folder)/.", W_OK) == 0 else {
      throw Fatal(
        .badConfiguration,
        "unable to write \(path): \(SystemError.text()): give --summary a writable place")
    }
  }

  /// Where this run's part of the log begins.
  private static func prepareLog(_ log: String) -> UInt64 {
    let size = (try? FileHandle(forReadingFrom: URL(fileURLWithPath: log)).seekToEnd()) ?? 0
    guard size > longestLog else { return size }
    return rename(log, "\(log).1") == 0 ? 0 : size
  }

  private static func endpoints(_ folder: String) throws(Fatal) -> RunDirectory {
    do {
      return try RunDirectory(folder)
    } catch {
      throw Fatal(.badConfiguration, "\(error)")
    }
  }

  func run() throws(Fatal) -> ExitCode {
    var stopAt: MachineTime?
    let readyBy = Self.now.advanced(byMilliseconds: Self.readyPatience)
    while true {
      try wait()
      if let code = supervisor.exitCode { return leftByItself(code) }
      if isAskedToEnd { break }
      let now = Self.now
      counter.service(now: now)
      lookAtStatus(now)
      if stopAt == nil, status?.state == "running", let duration {
        stopAt = now.advanced(byMilliseconds: duration)
      }
      view.show(scene, now: now)
      if let stopAt, stopAt <= now { break }
      if stopAt == nil, duration != nil, readyBy <= now {
        try drain()
        throw Fatal(
          .tryAgain,
          "unable to start: not ready within \(Self.readyPatience / 1000) s: read \(log)")
      }
    }
    let summary = try sumUp()
    try drain()
    return try conclude(summary)
  }

  /// Ctrl-C, a stop by the service manager, or the end of the terminal.
  private var isAskedToEnd: Bool {
    signals.receive().contains { [SIGINT, SIGTERM, SIGHUP].contains($0) }
  }

  private static var now: MachineTime { MachineTime(nanoseconds: Clock.machineNanoseconds()) }

  private var scene: LiveView.Scene {
    LiveView.Scene(
      status: status, candles: counter.count, newest: counter.newestText, logPath: log)
  }

  private func wait() throws(Fatal) {
    let now = Self.now
    do {
      _ = try poller.wait(
        sockets: counter.handles, descriptors: [PollDescriptor(descriptor: signals.descriptor)],
        until: now.advanced(byMilliseconds: Self.turn), now: now)
    } catch {
      throw Fatal(.internalError, "\(error)")
    }
  }

  /// A supervisor that does not answer in time is asked again; its death is seen elsewhere.
  private func lookAtStatus(_ now: MachineTime) {
    guard nextStatus <= now else { return }
    nextStatus = now.advanced(byMilliseconds: Self.statusInterval)
    guard let answer = try? PipelineStatus.ask(runDirectory, timeoutMilliseconds: 500),
      answer.pid == supervisor.pid
    else { return }
    status = answer
  }

  // MARK: - The end

  /// The supervisor gave up: what it and its stages said last, and its code.
  private func leftByItself(_ code: Int32) -> ExitCode {
    let exit = ExitCode(rawValue: code) ?? .internalError
    guard exit != .done else {
      // The numbers went with the venue and the router.
      view.say("stopped from outside")
      return summaryPath == nil ? .done : .tryAgain
    }
    for line in lastWords { Output.write("\(line)\n", to: STDERR_FILENO) }
    return exit
  }

  /// The fatal lines since this run began, with what belongs to each.
  private var lastWords: [String] {
    guard let handle = try? FileHandle(forReadingFrom: URL(fileURLWithPath: log)),
      (try? handle.seek(toOffset: logStart)) != nil, let data = try? handle.readToEnd()
    else { return ["interlock: fatal: the supervisor left; its log \(log) cannot be read"] }
    let words = Self.fatalLines(String(decoding: data, as: UTF8.self))
    return words.isEmpty ? ["interlock: fatal: the supervisor left: read \(log)"] : words
  }

  static func fatalLines(_ log: String) -> [String] {
    let lines = log.split(separator: "\n").map(String.init)
    // A log line begins with its time; what follows a fatal line without one is part of it.
    var known: [String] = []
    var isFatal = false
    for line in lines {
      if line.hasPrefix("{"), LogLine(line).process != nil {
        isFatal = false
        if let fatal = LogLine(line).fatalText, !known.contains(fatal) { known.append(fatal) }
        continue
      }
      if line.contains(": fatal: ") {
        isFatal = true
      } else if ISO8601.milliseconds(line.prefix(24)) != nil {
        isFatal = false
      }
      if isFatal, !known.contains(line) { known.append(line) }
    }
    return known
  }

  /// The evidence, asked for again while a stage is on its way back; nil when none was wanted or
  /// the venue is a real one, whose book is not ours to read whole.
  private func sumUp() throws(Fatal) -> Summary? {
    guard isJudged, status?.state != nil else { return nil }
    let end = Self.now.advanced(byMilliseconds: Self.evidencePatience)
    while true {
      let now = Self.now
      counter.service(now: now)
      do throws(Fatal) {
        let evidence = try Evidence.gather(
          runDirectory: runDirectory, stateDirectory: stateDirectory, candles: counter.count)
        return Summary.judge(evidence, since: startedAt, deadline: protectionDeadline)
      } catch {
        guard now < end, supervisor.exitCode == nil else {
          view.say("no summary: \(error.message)")
          return nil
        }
      }
      try wait()
      // Whoever repeats it does not want to wait for numbers.
      if isAskedToEnd { return nil }
    }
  }

  private func drain() throws(Fatal) {
    view.say("draining")
    supervisor.terminate()
    let end = Self.now.advanced(byMilliseconds: Self.drainPatience)
    while supervisor.exitCode == nil {
      guard Self.now < end else {
        supervisor.kill()
        throw Fatal(.internalError, "unable to stop the pipeline in time: it is killed: see \(log)")
      }
      try wait()
      // Whoever repeats it means now.
      if isAskedToEnd { supervisor.terminate() }
    }
  }

  private func conclude(_ summary: Summary?) throws(Fatal) -> ExitCode {
    guard let summary else { return summaryPath == nil ? .done : .tryAgain }
    let text = JSONLine.text(summary)
    view.say(text)
    if let summaryPath {
      try AtomicFile.write(Array((text + "\n").utf8), to: summaryPath, mode: 0o644)
    }
    return summary.isClean ? .done : .no
  }
}
