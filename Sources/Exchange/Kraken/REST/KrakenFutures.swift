package import Domain

/// Kraken Futures behind the `Venue` seam: REST v3, the history service and the charts service.
///
/// Invariants, beside the promises of `Venue`:
/// 1. One order is one request, and one request is sent at most once.
/// 2. A word that begins with `NOT_SENT` means that no byte of the request left this process. It is
///    also what a request ends with for which there is no rate budget: nothing is queued.
/// 3. Prices and sizes are counted in the steps of the venue's own instruments: before those are
///    known nothing else is sent, and no entry once they are old.
/// 4. Nonces only grow.
package final class KrakenFutures: Venue {
  /// One request under way; the caller's tags are its own affair.
  private struct Pending {
    /// Nil for a request that only keeps the connection warm.
    let caller: (tag: UInt64, request: VenueRequest)?
    /// From before its first byte on.
    var begun: MachineTime?
  }

  private let settings: Settings
  private let transport: CurlTransport
  private let signer: RequestSigner?
  private var nonces = NonceSource()
  private var catalogue = InstrumentCatalogue()
  private var budget: RateBudget
  /// By the transport's tag.
  private var pending: [UInt64: Pending] = [:]
  private var started: UInt64 = 0
  /// When a request last ended; nil before the first, which nothing can be warmed for.
  private var lastEnd: MachineTime?
  /// Requests whose end is known without asking, and why.
  private var decided: [(tag: UInt64, request: VenueRequest, why: String)] = []
  /// Is given every answer, as it came.
  package var tap: InboundTap?
  /// Asked immediately before the first byte of every order that is neither a stop nor a close.
  ///
  /// It says why the order may not leave: the last place where a kill is seen.
  package var lastObjection: ((OrderPlacement) -> String?)?

  package private(set) var clock: VenueClock
  /// Entries of answers that were left aside, since the beginning: foreign symbols, odd bars.
  package private(set) var skippedEntries = 0
  /// Why instruments of the newest list were left aside, the first of them.
  package private(set) var instrumentObjections: [String] = []
  /// Why the instrument list on disk was not used or not written, the last time.
  package private(set) var cacheObjection: InstrumentCache.Refusal?
  /// The body of the newest list of instruments, if the settings keep it.
  package private(set) var instrumentList: [UInt8]?
  /// Requests of callers that have ended, and what those that failed ended in.
  package private(set) var ended: (requests: Int, errors: [VenueErrorClass: Int]) = (0, [:])
  /// Requests that only kept a connection warm.
  package private(set) var warmings = 0

  /// Without `credentials` only public requests are sent.
  package init(_ settings: Settings, credentials: APICredentials?) throws(ExchangeError) {
    guard settings.hasAddress else { throw .badAddress(settings.url) }
    if let complaint = settings.rates.complaint { throw .badLimits(complaint) }
    self.settings = settings
    budget = RateBudget(settings.rates)
    clock = VenueClock(settings.clock)
    transport = try CurlTransport(
      baseURL: settings.url,
      options: CurlTransport.Options(
        requestMilliseconds: settings.requestTimeoutMilliseconds,
        connectMilliseconds: settings.connectTimeoutMilliseconds,
        certificateAuthorities: settings.certificateAuthorities, proxy: settings.proxy))
    signer = credentials.map(RequestSigner.init)
    recallInstruments()
  }

  package func start(_ request: VenueRequest, tag: UInt64) {
    let now = SystemClock.machine()
    do throws(Unencodable) {
      let endpoint = try encode(request, now)
      started += 1
      if let reason = budget.take(request, serial: started, now: now) {
        throw Unencodable(reason)
      }
      let patience = patience(with: request, now)
      if let reason = begin(endpoint, patience: patience, objection: objection(to: request)) {
        budget.settle(started, .notSent(why: reason), now: now)
        throw Unencodable(reason)
      }
      pending[started] = Pending(caller: (tag, request))
    } catch {
      decided.append((tag, request, error.reason))
    }
  }

  /// How many orders that only reduce could leave at `now` by our own rate limits.
  package func protectiveRoom(at now: MachineTime) -> Int { budget.protectiveRoom(at: now) }

  package var descriptors: [PollDescriptor] { transport.descriptors }

  package var deadline: MachineTime? {
    guard decided.isEmpty else { return MachineTime(nanoseconds: 0) }
    return [transport.deadline, warmingDue].compactMap { $0 }.min()
  }

  package func advance(ready: [PollDescriptor], now: MachineTime) -> [VenueReport] {
    keepWarm(now)
    // libcurl sends within the call below only, so that this moment is before every first byte.
    for serial in pending.keys where pending[serial]?.begun == nil { pending[serial]?.begun = now }
    var reports = decided.map { tag, request, why in
      tap?(InboundRecord(tag: tag, request: request, result: .notSent(why: why)))
      return VenueReport(tag: tag, outcome: NotSent.outcome(why), serverTime: nil)
    }
    ended.requests += decided.count
    if !decided.isEmpty { ended.errors[.notSent, default: 0] += decided.count }
    decided = []
    let answers = transport.advance(ready: ready, now: now)
    let end = answers.isEmpty ? now : max(now, SystemClock.machine())
    for (serial, result) in answers {
      if let report = finish(serial, result, now: end) { reports.append(report) }
    }
    return reports
  }

  /// Ends one request; nil when nobody asked for it.
  private func finish(
    _ serial: UInt64, _ result: TransportResult, now: MachineTime
  ) -> VenueReport? {
    guard let asked = pending.removeValue(forKey: serial) else {
      fatalError("invariant broken: transport tag \(serial) ends once")
    }
    lastEnd = now
    budget.settle(serial, result, now: now)
    let request = asked.caller?.request ?? .instruments
    let judge = AnswerJudge(request, result, instruments: catalogue.instruments)
    if let begun = asked.begun, let stamp = Stamp(result, serverTime: judge.serverTime) {
      clock.hear(stamp.reading(sent: begun, received: now))
    }
    guard let (tag, request) = asked.caller else { return nil }
    note(VenueErrorClass(result, judge.outcome, isLimited: judge.isLimited))
    tap?(InboundRecord(tag: tag, request: request, result: result))
    skippedEntries += judge.skipped
    if case .answered(_, let body, let head) = result {
      if judge.isLimited {
        budget.exhaust(request, resetSeconds: head.rateLimitReset, now: now)
      }
      if case .answer(.instruments(let list)) = judge.outcome {
        instrumentObjections = judge.skipReasons
        catalogue.learn(list, spellings: judge.spellings, readAt: now)
        if settings.keepsInstrumentList { instrumentList = body }
        remember(body)
      }
    }
    return VenueReport(tag: tag, outcome: judge.outcome, serverTime: judge.serverTime)
  }

  private func note(_ error: VenueErrorClass?) {
    ended.requests += 1
    if let error { ended.errors[error, default: 0] += 1 }
  }

  private func encode(
    _ request: VenueRequest, _ now: MachineTime
  ) throws(Unencodable) -> Endpoint {
    guard !catalogue.isEmpty || request == .instruments else {
      throw Unencodable("the venue's instruments are not known yet")
    }
    if case .place(let placement) = request, !placement.reduceOnly,
      let age = catalogue.ageMilliseconds(now: now), age > settings.instrumentAgeMilliseconds
    {
      throw Unencodable("the venue's instruments were read \(age) ms ago")
    }
    let encoder = RequestEncoder(
      instruments: catalogue.instruments, spellings: catalogue.spellings)
    let endpoint = try encoder.endpoint(request)
    guard !endpoint.isPrivate || signer != nil else { throw Unencodable("no credentials") }
    return endpoint
  }

  private func objection(to request: VenueRequest) -> (() -> String?)? {
    guard let lastObjection, case .place(let placement) = request, placement.stopsForKill else {
      return nil
    }
    return { lastObjection(placement) }
  }

  /// Signs and hands over under the newest serial; a sentence when it was not.
  private func begin(
    _ endpoint: Endpoint, patience: Int64 = .max, objection: (() -> String?)? = nil
  ) -> String? {
    guard endpoint.isPrivate, let signer else {
      return transport.begin(endpoint.request, tag: started)
    }
    let nonce = nonces.next(wallMicroseconds: SystemClock.wallMicroseconds())
    var request = signer.signed(endpoint.request, nonce: nonce)
    request.patienceMilliseconds = patience
    return transport.begin(request, tag: started, objection: objection)
  }

  /// How long an answer is worth waiting for.
  ///
  /// Once the venue can take the request no more, its records tell sooner what became of it; a
  /// position may be without a stop meanwhile.
  private func patience(with request: VenueRequest, _ now: MachineTime) -> Int64 {
    guard let deadline = request.processBefore, let venue = clock.now(at: now) else { return .max }
    let left = deadline.milliseconds - venue.milliseconds
    return max(left + Self.graceMilliseconds, Self.graceMilliseconds)
  }

  /// For the way back of an answer to what was taken at the last moment.
  private static let graceMilliseconds: Int64 = 250
}

// MARK: - The connection

extension KrakenFutures {
  /// When a connection would have been idle for too long; nil while one is in use.
  private var warmingDue: MachineTime? {
    guard let after = settings.warmAfterMilliseconds, pending.isEmpty, !catalogue.isEmpty else {
      return nil
    }
    return lastEnd?.advanced(byMilliseconds: after)
  }

  /// Asks something small in public, so that an order finds an open connection and a fresh clock.
  ///
  /// One at a time, and never within the interval after anything ended, failed ones included.
  private func keepWarm(_ now: MachineTime) {
    guard let due = warmingDue, due <= now, let instrument = catalogue.instruments.keys.min() else {
      return
    }
    let symbol = catalogue.spellings[instrument] ?? instrument.symbol
    started += 1
    guard begin(.open("instruments/\(symbol)/status")) == nil else {
      lastEnd = now
      return
    }
    warmings += 1
    pending[started] = Pending(caller: nil)
  }
}

// MARK: - What outlives the process

extension KrakenFutures {
  /// The instruments as they were last read, by name; what was recalled from disk among them.
  package var instruments: [InstrumentID: Instrument] { catalogue.instruments }

  /// How many tokens each may spend now, those with a part of the trading pool, then `history`.
  package func tokensLeft(now: MachineTime) -> [(name: String, tokens: Int)] {
    RequestCost.Share.allCases.map { share in
      let cost = RequestCost(pool: .trading, share: share, tokens: 0)
      return (share.rawValue, budget.available(cost, now: now))
    } + [("history", budget.available(.history, now: now))]
  }

  /// What was spent of the pool for the venue's history, to be kept by whoever has a ledger.
  package func historySpending() -> HistorySpending {
    budget.historySpending(wall: SystemClock.wall(), now: SystemClock.machine())
  }

  /// Counts what an earlier life spent.
  package func restore(_ spending: HistorySpending) {
    budget.restore(spending, wall: SystemClock.wall(), now: SystemClock.machine())
  }

  private func recallInstruments() {
    guard let cache = settings.instrumentCache else { return }
    do throws(InstrumentCache.Refusal) {
      let wall = SystemClock.wall()
      guard let content = try cache.read(source: settings.url, now: wall) else { return }
      let judge = AnswerJudge(
        .instruments, .answered(status: 200, body: content.body), instruments: [:])
      guard case .answer(.instruments(let list)) = judge.outcome else {
        throw InstrumentCache.Refusal(path: cache.path, reason: "\(judge.outcome)")
      }
      if settings.keepsInstrumentList { instrumentList = content.body }
      let age = max(0, wall.milliseconds - content.readAt.milliseconds)
      catalogue.learn(
        list, spellings: judge.spellings,
        readAt: SystemClock.machine().advanced(byMilliseconds: -age))
    } catch {
      cacheObjection = error
    }
  }

  /// A full disk must not keep a list from being used.
  private func remember(_ body: [UInt8]) {
    guard let cache = settings.instrumentCache else { return }
    do throws(InstrumentCache.Refusal) {
      try cache.write(
        InstrumentCache.Content(body: body, readAt: SystemClock.wall()), source: settings.url)
      cacheObjection = nil
    } catch {
      cacheObjection = error
    }
  }
}
