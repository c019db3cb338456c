import Daemon
import Dispatch
import Domain
import SimulatedVenue
import Synchronization

/// The venue behind its ports: one lock around machine, market, journal and keys.
///
/// Invariants:
/// 1. Before a request is looked at, the market has been moved to the present moment and what the
///    clock made due has been done.
/// 2. What an operation recorded is in the journal before any answer leaves; when it cannot be
///    written the process ends, and the next life knows nothing of the operation.
/// 3. Every request is answered exactly once: at once, or when the gateway releases what it holds.
final class VenueCore: Sendable {
  struct State {
    var machine: VenueMachine
    var markets: [InstrumentID: any ContractMarket]
    /// The contracts that have a market, by name.
    let listed: [InstrumentID]
    let clock: MarketClock
    let end: MarketTime?
    /// The venue whose market this is; nil when it is played.
    var following: Following?
    var admission: Admission
    let journal: Journal
    /// Held for life: a book has one writer.
    let lock: FileLock?
    /// How far each market has been played.
    var played: MarketTime
    /// The hour whose funding rate each market has, in hours since 1970.
    var hours: [InstrumentID: Int64] = [:]
    var requests: [String: Int] = [:]
    var waiting: [WaitingAnswer] = []
    var lastTicket: Int64 = 0
    var hasEnded = false
  }

  /// A request whose orders are held in the gateway.
  struct WaitingAnswer {
    let tickets: [Int64]
    var results: [Int64: VenueResult] = [:]
    let call: EndpointCall
    let finish: EndpointAnswer.Finish
    let reply: @Sendable (VenueHTTPResponse) -> Void
  }

  /// Where long readings of the journal are done, one after the other.
  private static let reading = DispatchQueue(label: "journal reading")

  /// What is to be called once the lock is free.
  typealias Reply = @Sendable () -> Void

  private let state: Mutex<State>
  private let wallClock: @Sendable () -> WallTime
  /// How many milliseconds the clock that clients see is wrong.
  private let skew: @Sendable () -> Int64
  let log: Log
  /// Runs a function after so many milliseconds, on a thread of the caller's choice.
  private let schedule: @Sendable (Int64, @escaping Reply) -> Void
  private let webSocket: WebSocketServer

  init(
    _ state: sending State, log: Log, seed: UInt64 = 1,
    faults: any WebSocketFaults = NoWebSocketFaults(),
    wallClock: @escaping @Sendable () -> WallTime = {
      WallTime(milliseconds: Clock.wallMilliseconds())
    }, skew: @escaping @Sendable () -> Int64 = { 0 },
    schedule: @escaping @Sendable (Int64, @escaping Reply) -> Void = { _, _ in }
  ) {
    let authentication = state.admission.authentication
    webSocket = WebSocketServer(
      WebSocketHub(
        contracts: state.machine.book.contracts, account: Spelling.accountUID, seed: seed,
        faults: faults
      ) { authentication.accepts(key: $0, challenge: $1, signature: $2) })
    self.state = Mutex(state)
    self.log = log
    self.wallClock = wallClock
    self.skew = skew
    self.schedule = schedule
  }

  /// Moves the market on; what it triggers is in the journal when this returns, and whoever listens
  /// has been told.
  func advance() {
    operate { state, now in
      webSocket.advance(source: &state, now: now.wall)
    } body: { _, _, _ in
      []
    }
  }

  /// Whether something waits for a price or for its turn, so that the market has to be played soon.
  var isWaiting: Bool {
    if webSocket.isBehind { return true }
    return state.withLock { state in state.markets.keys.contains { state.machine.book.watches($0) }
    }
  }

  /// Whether the market is another venue's.
  var isFollowing: Bool { state.withLock { $0.following != nil } }

  /// Cuts off whoever listens to the market, so that he knows that it is not told any more.
  func cutMarketListeners() { webSocket.cutMarketListeners() }

  /// Answers a request of the trading port, through `reply`, once.
  func trading(
    _ request: VenueHTTPRequest, reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    operate(on: Self.contracts(request)) { state, now, entries in
      let endpoint = Endpoints.endpoint(request)
      if request.origin != .venue { state.requests[endpoint?.name ?? "unknown", default: 0] += 1 }
      if let refusal = Self.refusal(request, endpoint, &state, now) {
        return [{ reply(refusal) }]
      }
      guard let endpoint else { fatalError("invariant broken: no endpoint is a refusal") }
      if endpoint.isPrivate, request.origin != .venue {
        entries.append(.request(endpoint.name, request.signedParameters, at: now.wall))
      }
      var call = EndpointCall(request: request, now: now, rest: endpoint.rest)
      switch endpoint.answer(&call, &state) {
      case .now(let response): return [{ reply(response) }]
      case .reading(let make): return [{ Self.reading.async { reply(make()) } }]
      case .asking(let question, let make):
        guard let ask = state.following?.ask else {
          fatalError("invariant broken: only a venue that follows another asks")
        }
        return [{ ask(question) { reply(make($0)) } }]
      case .held(let tickets, let results, let finish):
        state.waiting.append(
          WaitingAnswer(
            tickets: tickets, results: results, call: call, finish: finish, reply: reply))
        return []
      }
    }
  }

  /// The answer to a request that reaches no endpoint; nil when it may.
  private static func refusal(
    _ request: VenueHTTPRequest, _ endpoint: Endpoint?, _ state: inout State, _ now: VenueTime
  ) -> VenueHTTPResponse? {
    guard let endpoint else {
      return VenueHTTPResponse(ErrorBody.error("notFound", at: now.wall), status: 404)
    }
    guard request.parameters != nil || endpoint.readsRawBody else {
      return VenueHTTPResponse(ErrorBody.error("invalidArgument", at: now.wall), status: 400)
    }
    guard endpoint.isPrivate else { return nil }
    return state.admission.refusal(
      request, to: endpoint, at: now.wall,
      machineMilliseconds: Clock.machineNanoseconds() / 1_000_000)
  }

  /// Answers a request of the admin port.
  func admin(
    _ request: VenueHTTPRequest, reply: @escaping @Sendable (VenueHTTPResponse) -> Void
  ) {
    if request.method == "GET", request.path == "/websocket" { return reply(webSocketCounts) }
    operate { state, now, _ in
      if JudgeAnswers.answers(request) {
        let judge = JudgeAnswers(state, now)
        return [{ Self.reading.async { reply(judge.answer(request)) } }]
      }
      let response = AdminAnswers.answer(request, &state, now)
      return [{ reply(response) }]
    }
  }

  // MARK: - One operation

  /// Brings the venue to the present, lets `body` do its part, writes it all down, tells those who
  /// listen, does what comes `then`, answers.
  private func operate(
    on contracts: [InstrumentID]? = nil,
    then: (inout State, VenueTime) -> Void = { _, _ in },
    body: (inout State, VenueTime, inout [JournalEntry]) -> [Reply]
  ) {
    let wall = wallClock()
    let (replies, deadline) = state.withLock { state -> ([Reply], WallTime?) in
      let present = play(&state, wall, contracts)
      let now = VenueTime(
        wall: present.wall.advanced(byMilliseconds: skew()), market: present.market)
      var replies = Self.release(&state, now)
      var entries: [JournalEntry] = []
      replies += body(&state, now, &entries)
      flush(&state, entries, now)
      then(&state, now)
      let deadline = state.machine.isHolding ? state.machine.nextDeadline : nil
      return (replies, deadline?.advanced(byMilliseconds: -skew()))
    }
    for reply in replies { reply() }
    if let deadline {
      schedule(max(0, deadline.milliseconds - wall.milliseconds)) { [weak self] in
        self?.advance()
      }
    }
  }

  /// Does what the clock made due; the answers that this completes.
  private static func release(_ state: inout State, _ now: VenueTime) -> [Reply] {
    for released in state.machine.advance(now: now) {
      let index = state.waiting.firstIndex { $0.tickets.contains(released.ticket) }
      if let index { state.waiting[index].results[released.ticket] = released.result }
    }
    var replies: [Reply] = []
    state.waiting.removeAll { waiting in
      guard waiting.results.count == waiting.tickets.count else { return false }
      var call = waiting.call
      call.now = now
      let response = waiting.finish(waiting.results, call, state.machine.book)
      replies.append { waiting.reply(response) }
      return true
    }
    return replies
  }

  private func flush(_ state: inout State, _ entries: [JournalEntry], _ now: VenueTime) {
    let records = state.machine.takeRecords()
    do throws(Fatal) {
      try state.journal.append(entries + records.map { JournalEntry($0) })
    } catch {
      log.fatal(error)
      StageHost.leave(error.code)
    }
    guard !records.isEmpty, webSocket.isListenedTo else { return }
    webSocket.show(
      AccountChange.changes(records, state.machine.book), source: &state, now: now.wall)
  }
}

// MARK: - WebSockets

extension VenueCore: WebSocketService {
  func open(_ connection: WebSocketConnection) -> Int? {
    webSocket.open(connection, now: clientClock())
  }

  func receive(_ text: String?, from id: Int) {
    // What an operation before changed has been told before a snapshot is taken.
    operate { state, now in
      webSocket.receive(text, from: id, source: &state, now: now.wall)
    } body: { _, _, _ in
      []
    }
  }

  func close(_ id: Int) { webSocket.close(id) }

  /// How many WebSockets there are and what became of the others.
  private var webSocketCounts: VenueHTTPResponse {
    let counts = webSocket.counts
    return VenueHTTPResponse(
      .members([
        "open": .integer(webSocket.openCount), "opened": .integer(counts.opened),
        "refused": .integer(counts.refused), "too_slow": .integer(counts.tooSlow),
        "cut": .integer(counts.cut),
      ]))
  }

  private func clientClock() -> WallTime { wallClock().advanced(byMilliseconds: skew()) }
}
