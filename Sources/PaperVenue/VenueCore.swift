import Daemon
import Domain
import SimulatedVenue
import Synchronization

/// The venue behind its ports: one lock around machine, market, book file and keys.
///
/// Invariants:
/// 1. Before a request is looked at, the market has been moved to the present moment.
/// 2. What an operation recorded is in the file before its answer is returned; when it cannot be
///    written the process ends, and the next life knows nothing of the operation.
final class VenueCore: Sendable {
  struct State {
    var machine: VenueMachine
    var markets: [InstrumentID: InstrumentMarket]
    let clock: MarketClock
    let end: MarketTime?
    var admission: Admission
    let file: BookFile?
    /// Held for life: a book has one writer.
    let lock: FileLock?
    /// How far each market has been played.
    var played: MarketTime
    var requests: [String: Int] = [:]
    var hasEnded = false
  }

  private let state: Mutex<State>
  private let log: Log

  /// How many milliseconds the clock that clients see is wrong.
  private let skew: @Sendable () -> Int64

  init(
    _ state: sending State, log: Log, skew: @escaping @Sendable () -> Int64 = { 0 }
  ) {
    self.state = Mutex(state)
    self.log = log
    self.skew = skew
  }

  /// Moves the market on; what it triggers is in the file when this returns.
  func advance() {
    state.withLock { state in
      _ = play(&state)
      flush(&state, [])
    }
  }

  /// Whether something waits for a price, so that the market has to be played in time.
  var isWaiting: Bool { state.withLock { !$0.machine.book.open.isEmpty } }

  func trading(_ request: VenueHTTPRequest) -> VenueHTTPResponse {
    state.withLock { state in
      let present = play(&state)
      let now = VenueTime(
        wall: WallTime(milliseconds: present.wall.milliseconds + skew()), market: present.market)
      let endpoint = Endpoints.endpoint(request)
      if request.origin != .venue { state.requests[endpoint?.name ?? "unknown", default: 0] += 1 }
      guard let endpoint else {
        flush(&state, [])
        return VenueHTTPResponse(ErrorBody.error("notFound", at: now.wall), status: 404)
      }
      if endpoint.isPrivate,
        let refusal = state.admission.refusal(
          request, isHistory: endpoint.isHistory, at: now.wall,
          machineMilliseconds: Clock.machineNanoseconds() / 1_000_000)
      {
        flush(&state, [])
        return refusal
      }
      var call = EndpointCall(request: request, now: now, rest: endpoint.rest)
      let response = endpoint.answer(&call, &state)
      let lines =
        endpoint.changes
        ? [BookLine.request(endpoint.name, request.signedParameters, at: now.wall)] : []
      flush(&state, lines)
      return response
    }
  }

  func admin(_ request: VenueHTTPRequest) -> VenueHTTPResponse {
    state.withLock { state in
      let now = play(&state)
      flush(&state, [])
      return AdminAnswers.answer(request, state, now)
    }
  }

  /// Plays every market up to now; the clocks of this moment.
  private func play(_ state: inout State) -> VenueTime {
    let wall = WallTime(milliseconds: Clock.wallMilliseconds())
    var market = state.clock.market(at: wall)
    if let end = state.end, market >= end {
      market = end.advanced(byMilliseconds: -1)
      if !state.hasEnded {
        state.hasEnded = true
        log.warning("the recorded market is over and stands still", ["end": "\(end.milliseconds)"])
      }
    }
    // Market time does not go back, even if the wall clock is set back.
    market = max(state.played, market)
    for id in state.markets.keys.sorted() { play(id, to: market, &state, wall) }
    state.played = market
    return VenueTime(wall: wall, market: market)
  }

  /// Plays one market up to `market`, in as many pieces as its path takes.
  private func play(
    _ id: InstrumentID, to market: MarketTime, _ state: inout State, _ wall: WallTime
  ) {
    var from = state.played
    guard from < market else { return }
    let isWatched = state.machine.book.openOrders.contains { $0.instrument == id }
    if !isWatched, let price = state.markets[id]?.price(at: market) {
      state.machine.jump(id, to: price, at: market)
      return
    }
    while from < market, let path = state.markets[id]?.path(from: from, to: market),
      let last = path.last
    {
      state.machine.move(id, along: path, wall: wall)
      from = last.0
    }
  }

  private func flush(_ state: inout State, _ lines: [BookLine]) {
    let records = state.machine.takeRecords().map(BookLine.init)
    guard let file = state.file, !(records.isEmpty && lines.isEmpty) else { return }
    do throws(Fatal) {
      try file.append(lines + records)
    } catch {
      log.fatal(error)
      StageHost.leave(error.code)
    }
  }
}
