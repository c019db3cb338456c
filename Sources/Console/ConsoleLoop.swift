import Daemon
import Domain
import Wire

/// The shell around `ConsoleState`: hears the tap, asks for the ledger and the market's history,
/// and tells open pages twice a second what has changed.
///
/// Everything comes from the tap relay, the request ports of router and market-data, and the
/// control sockets; nothing that trades waits for, or hears of, whoever looks.
///
/// Invariants:
/// 1. A turn is bounded, so that heartbeats leave on time however much there is to hear.
/// 2. How much is asked of a stage does not depend on how many look.
final class ConsoleLoop {
  private static let messagesPerTurn = 2000
  private static let roundMilliseconds: Int64 = 500
  private static let askMilliseconds: Int64 = 1000
  private static let historyCandles = 240

  private let host: StageHost
  private let poller = Poller()
  private let tap: Subscriber
  private let replay: RequestClient
  private let snapshots: RequestClient
  private let shared: SharedState
  private let server: WebServer
  private let refusals: RefusalLog
  private var nextRound = MachineTime(nanoseconds: 0)
  private var nextQuestion = MachineTime(nanoseconds: 0)
  private var replayAsked: (id: UInt64, at: MachineTime)?
  private var hasHistory = false
  private var round: UInt64 = 0

  init(_ host: StageHost) throws {
    self.host = host
    let path = try host.options.requireRunDirectory()
    let run = try RunDirectory(path)
    let context = try ZMQContext()
    tap = try Subscriber(context: context, endpoints: [run.tap])
    replay = try RequestClient(context: context, endpoint: run.replay)
    snapshots = try RequestClient(context: context, endpoint: run.marketSnapshot)
    let settings = host.configuration.console
    shared = SharedState(
      ConsoleState(configuration: host.configuration, now: Clock.wallMilliseconds()))
    refusals = RefusalLog(host.log)
    server = WebServer(pages: settings.pages, refusals: refusals)
    try host.openControlSocket()
    try serve(path)
  }

  private func serve(_ path: String) throws(Fatal) {
    let state = try host.options.requireStateDirectory()
    let asker = Asker(
      run: RunFiles(path), stateDirectory: state,
      latchOwner: LatchFile.owner(
        account: host.options.account, profile: host.options.profile),
      shared: shared)
    let place = try ServingPlace(host, server, asker, shared, refusals, stateDirectory: state)
    host.setStatus("url", place.url)
    host.log.info("serving", ["url": place.url, "token": "\(state)/console-token"])
    asker.start()
  }

  func run() throws {
    host.ready()
    while true {
      let before = MachineTime(nanoseconds: Clock.machineNanoseconds())
      let until = min(MachineTime(nanoseconds: host.deadline), nextRound)
      _ = try poller.wait(
        sockets: [tap.handle, replay.handle, snapshots.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) },
        until: until, now: before)
      let now = MachineTime(nanoseconds: Clock.machineNanoseconds())
      if serveHost(now) { return }
      hear()
      hearAnswers()
      ask(now)
      publish(now)
    }
  }

  // MARK: - Hearing

  private func hear() {
    var heard: [Subscriber.Reception] = []
    while heard.count < Self.messagesPerTurn, let reception = tap.receive() {
      heard.append(reception)
    }
    guard !heard.isEmpty else { return }
    let wall = Clock.wallMilliseconds()
    shared.change { state in for reception in heard { state.hear(reception, now: wall) } }
  }

  private func hearAnswers() {
    while let (id, reply) = replay.receive() {
      guard id == replayAsked?.id else { continue }
      replayAsked = nil
      nextQuestion = MachineTime(nanoseconds: 0)
      if reply.refusal == nil { shared.change { $0.hear(replay: reply) } }
    }
    while let (_, reply) = snapshots.receive() {
      guard !hasHistory, !reply.instruments.isEmpty else { continue }
      hasHistory = true
      shared.change { state in
        for instrument in reply.instruments { state.market.learn(instrument) }
        for reading in reply.tickers { state.market.hear(reading.ticker, readAt: reading.readAt) }
        for candle in reply.candles { state.market.hear(candle, heardAt: 0) }
      }
    }
  }

  /// One question at a time, repeated when no answer came: nobody may have been there to hear it.
  private func ask(_ now: MachineTime) {
    if let asked = replayAsked, now.milliseconds(since: asked.at) > Self.askMilliseconds {
      replayAsked = nil
    }
    let wanted = shared.read { $0.isBehind ? $0.wantedEvent : nil }
    if replayAsked == nil, let wanted, nextQuestion <= now {
      replayAsked = (replay.ask(.replay(from: max(1, wanted), count: Question.most)), now)
    }
    if !hasHistory, nextQuestion <= now {
      _ = snapshots.ask(.marketSnapshot(candles: Self.historyCandles))
    }
    if nextQuestion <= now { nextQuestion = now.advanced(byMilliseconds: Self.askMilliseconds) }
  }

  // MARK: - Telling

  private func publish(_ now: MachineTime) {
    guard nextRound <= now else { return }
    nextRound = now.advanced(byMilliseconds: Self.roundMilliseconds)
    round += 1
    let wall = Clock.wallMilliseconds()
    let counts = server.pageCounts
    host.setStatus("pages", "\(counts.pages)")
    let beat = Array("event: beat\ndata: \(wall)\n\n".utf8)
    let sections = sections(counts, wall)
    server.publish(sections, beat: beat, now: wall)
  }

  /// Only what somebody looks at is put into words.
  private func sections(_ counts: WebServer.Counts, _ wall: Int64) -> [EventSection] {
    let wanted = counts.wanted
    let round = round
    var sections: [EventSection] = []
    shared.change { state in
      state.tap.isWatched = wanted.contains("tap")
      func add(_ name: String, _ json: @autoclosure () -> JSON) {
        if wanted.contains(name) { sections.append(EventSection(name, json())) }
      }
      add("overview", state.overview(now: wall))
      add("market", state.marketRows(now: wall))
      add("decisions", state.decisionSummary())
      add("ledger", state.ledgerSummary())
      add("risk", state.riskSection())
      add("streams", state.streamsSection(now: wall))
      add("system", state.system(pages: counts.pages, skipped: counts.skipped))
      // A curve of hours does not change in half a second.
      if round % 4 == 0 { add("curve", state.curve()) }
      let (lines, skipped) = state.tap.take()
      if !lines.isEmpty || skipped > 0 { add("tap", TapLines.json(lines, skipped)) }
    }
    return sections
  }

  // MARK: - Operators

  /// Returns whether the process has to end now.
  private func serveHost(_ now: MachineTime) -> Bool {
    for command in host.service(now: now.nanoseconds) {
      switch command {
      case .stop: return true
      case .drain:
        host.log.info("draining")
        return true
      case .query(let query) where query.verb == "status":
        let counts = server.pageCounts
        let status: JSON = [
          "pages": .integer(Int64(counts.pages)),
          "skipped": .integer(Int64(clamping: counts.skipped)),
        ]
        query.answer(status.text)
      case .query(let query): query.refuse("\(query.verb): unknown; console answers status")
      }
    }
    return false
  }
}
