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
  /// How long a position may be without its stop before it counts as unprotected.
  private static let protectionDeadline: Int64 = 5000

  private let runDirectory: String
  private let stateDirectory: String
  private let arguments: [String]
  private let duration: Int64?
  private let summaryPath: String?
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
    summaryPath: String?
  ) throws {
    self.runDirectory = runDirectory
    self.stateDirectory = stateDirectory
    self.arguments = arguments
    self.duration = duration
    self.summaryPath = summaryPath
    log = "\(stateDirectory)/interlock.log"
    let endpoints = try Self.endpoints(runDirectory)
    try Folder.prepare(stateDirectory, flag: "--state-dir")
    logStart = (try? FileHandle(forReadingFrom: URL(fileURLWithPath: log)).seekToEnd()) ?? 0
    signals = try SignalDescriptor()
    supervisor = try SupervisorChild(arguments, log: log)
    counter = try CandleCounter(endpoints)
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
    while true {
      try wait()
      if let code = supervisor.exitCode { return leftByItself(code) }
      if signals.receive().contains(where: { $0 == SIGINT || $0 == SIGTERM }) { break }
      let now = Self.now
      counter.service(now: now)
      lookAtStatus(now)
      if stopAt == nil, status?.state == "running", let duration {
        stopAt = now.advanced(byMilliseconds: duration)
      }
      view.show(scene, now: now)
      if let stopAt, stopAt <= now { break }
    }
    let summary = try sumUp()
    try drain()
    return try conclude(summary)
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
    for line in lastWords { Output.write("\(line)\n", to: STDERR_FILENO) }
    let exit = ExitCode(rawValue: code) ?? .internalError
    return exit == .done ? .internalError : exit
  }

  /// The fatal lines since this run began, with what belongs to each.
  private var lastWords: [String] {
    guard let handle = try? FileHandle(forReadingFrom: URL(fileURLWithPath: log)),
      (try? handle.seek(toOffset: logStart)) != nil, let data = try? handle.readToEnd()
    else { return ["interlock: fatal: the supervisor left; its log \(log) cannot be read"] }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    // A log line begins with its time; what follows a fatal line without one is part of it.
    var words: [String] = []
    var isFatal = false
    for line in lines {
      if line.contains(": fatal: ") {
        isFatal = true
      } else if ISO8601.milliseconds(line.prefix(24)) != nil {
        isFatal = false
      }
      if isFatal, !words.contains(line) { words.append(line) }
    }
    return words.isEmpty ? ["interlock: fatal: the supervisor left: read \(log)"] : words
  }

  /// The evidence, asked for again while a stage is on its way back; nil when none was wanted.
  private func sumUp() throws(Fatal) -> Summary? {
    guard status?.state != nil else { return nil }
    let end = Self.now.advanced(byMilliseconds: Self.evidencePatience)
    while true {
      let now = Self.now
      counter.service(now: now)
      do throws(Fatal) {
        let evidence = try Evidence.gather(
          runDirectory: runDirectory, stateDirectory: stateDirectory, candles: counter.count)
        return Summary.judge(evidence, since: startedAt, deadline: Self.protectionDeadline)
      } catch {
        guard now < end, supervisor.exitCode == nil else {
          view.say("no summary: \(error.message)")
          return nil
        }
      }
      try wait()
    }
  }

  private func drain() throws(Fatal) {
    view.say("draining")
    supervisor.terminate()
    let end = Self.now.advanced(byMilliseconds: Self.drainPatience)
    while supervisor.exitCode == nil {
      guard Self.now < end else {
        throw Fatal(.internalError, "unable to stop the pipeline in time: it is killed: see \(log)")
      }
      try wait()
      if signals.receive().contains(where: { $0 == SIGINT || $0 == SIGTERM }) {
        // Whoever repeats it means now.
        supervisor.terminate()
      }
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
