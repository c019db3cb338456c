import Archive
import Daemon
import Domain

/// What of a feed stays on disk: its recording and its candles, each if the configuration wants it.
final class FeedKeeping {
  static let recordings = "recordings"
  static let archive = "archive.sqlite"
  /// How long an end waits for what is still to be written; the supervisor is patient for longer.
  private static let closeMilliseconds = 2000

  private let folder: String?
  private let limits: RecordingLimits
  private var recorder: FeedRecorder?
  private let keeper: CandleKeeper?
  private var failed: [(state: String, sentence: String)] = []
  /// Questions the archive has not answered in full.
  private var unanswered: Set<SeriesID> = []

  init(_ settings: MarketDataSettings, stateDirectory: String) {
    folder = settings.records ? "\(stateDirectory)/\(Self.recordings)" : nil
    var limits = RecordingLimits()
    limits.totalBytes = Int(settings.recordMegabytes) << 20
    limits.fileBytes = min(limits.fileBytes, limits.totalBytes / 4)
    self.limits = limits
    guard settings.usesArchive else {
      keeper = nil
      return
    }
    var retention: [BarLength: Retention] = [:]
    for (word, days) in settings.keepDays {
      guard let length = BarLength(word) else { continue }
      retention[length] = Retention(milliseconds: days * 86_400_000)
    }
    keeper = CandleKeeper(path: "\(stateDirectory)/\(Self.archive)", retention: retention) {
      WallTime(milliseconds: Clock.wallMilliseconds())
    }
  }

  /// The tape of a life that begins; nil when none is wanted or possible, which is told.
  func tape(_ start: RecordedStart, now: FeedTime) -> FeedTape? {
    guard let folder else { return nil }
    do {
      try Folder.prepare(folder, flag: "--state-dir")
    } catch {
      failed.append(("recording-stopped", "nothing is recorded: \(error.message)"))
      return nil
    }
    let recorder = FeedRecorder(folder: folder, limits: limits)
    self.recorder = recorder
    return FeedTape(recorder.recorder, start, now: now)
  }

  // MARK: - The archive

  var isAsked: Bool { !unanswered.isEmpty }

  func ask(_ questions: [ArchiveQuestion], _ machine: FeedMachine) {
    guard let keeper else { return }
    unanswered.formUnion(questions.map(\.series))
    keeper.ask(
      CandleKeeper.Question(
        asked: questions, instruments: machine.feeds.mapValues(\.instrument)))
  }

  func answers() -> [[SeriesID: [Candle]]] {
    guard isAsked, let keeper else { return [] }
    let answers = keeper.answers()
    for answer in answers { unanswered.subtract(answer.keys) }
    return answers
  }

  func keep(_ candles: [(candle: Candle, isCharted: Bool)], _ machine: FeedMachine) {
    keeper?.keep(
      candles.compactMap { candle, isCharted in
        machine.feeds[candle.instrument].map {
          CandleKeeper.Kept(
            candle: candle, instrument: $0.instrument, isCharted: isCharted)
        }
      })
  }

  // MARK: - What people are told

  /// What happened since the last call: a word for machines and a sentence.
  func news() -> [(state: String, sentence: String)] {
    var news = failed
    failed = []
    for sentence in recorder?.news() ?? [] {
      let hasStopped = recorder?.hasStopped == true
      news.append((hasStopped ? "recording-stopped" : "recording-incomplete", sentence))
    }
    for event in keeper?.events() ?? [] {
      switch event {
      case .failed(let reason):
        // Nobody waits for an archive that cannot be used.
        unanswered = []
        news.append(("archive-failed", "candles are not archived: \(reason)"))
      case .works: news.append(("archive-works", "candles are archived again"))
      case .dropped(let count):
        news.append(("archive-incomplete", "\(count) candles were not archived"))
      }
    }
    return news
  }

  var status: [String: String] {
    [
      "recording": recorder?.word ?? (folder == nil ? "off" : "stopped"),
      "archived_candles": keeper.map { "\($0.archived)" } ?? "off",
    ]
  }

  func close() {
    recorder?.recorder.close()
    keeper?.close(within: Self.closeMilliseconds)
  }
}
