import Domain
import SimulatedVenue

/// The simulated venue behind the router's seam: understands requests, words outcomes.
///
/// Invariant: what it says follows from the venue's machine alone; what is lost or late is the
/// network's doing.
struct VenueDesk {
  enum Reply {
    case now(VenueOutcome)
    /// Maker Protection holds it; the outcome comes from `advance` under the ticket.
    case held
  }

  private(set) var machine: VenueMachine
  private(set) var history: [OrderHistoryEvent] = []
  /// Every fill, as far back as they are kept, oldest first.
  private(set) var fills: [Fill] = []
  private var held: [Int64: VenueRequest] = [:]
  private var nextTicket: Int64 = 1
  private let hidesTriggerSize: Bool
  private let keeps: Int
  /// How far back a page of fills goes, in milliseconds.
  private let shows: Int64
  private static let page = 100

  /// A desk at a venue, with bounds to what it remembers and shows.
  ///
  /// `keeps` bounds the fills and the lines of history that are remembered; a world that is over
  /// soon needs no bound. `shows` bounds the age of the fills on a page, in milliseconds: where no
  /// message is ever lost, who asks has heard of older ones.
  init(
    machine: VenueMachine, hidesTriggerSize: Bool, keeps: Int = .max / 4, shows: Int64 = .max / 4
  ) {
    self.shows = shows
    self.machine = machine
    self.hidesTriggerSize = hidesTriggerSize
    self.keeps = keeps
  }

  var book: VenueBook { machine.book }

  // MARK: - Time, market, strangers

  @discardableResult
  mutating func play<Result>(_ body: (inout VenueMachine) -> Result) -> Result { body(&machine) }

  /// Outcomes of held requests that are due.
  mutating func advance(_ now: VenueTime) -> [(ticket: Int64, outcome: VenueOutcome)] {
    machine.advance(now: now).compactMap { released in
      guard let request = held.removeValue(forKey: released.ticket) else { return nil }
      return (released.ticket, outcome(of: request, released.result))
    }
  }

  /// The records since the last call; history and fills follow from them.
  mutating func takeRecords() -> [BookRecord] {
    let records = machine.takeRecords()
    for record in records {
      switch record.change {
      case .order(let order, _, _): note(order, at: record.wall)
      case .fill(let fill, _, let order):
        fills.append(Self.fill(fill))
        noteFill(order, at: record.wall)
      default: break
      }
    }
    // In batches, so that forgetting costs little.
    if history.count > 2 * keeps { history.removeFirst(keeps) }
    if fills.count > 2 * keeps { fills.removeFirst(keeps) }
    return records
  }

  // MARK: - Requests

  mutating func handle(_ request: VenueRequest, _ now: VenueTime) -> (Reply, ticket: Int64) {
    let ticket = nextTicket
    nextTicket += 1
    switch request {
    case .place(let placement):
      let result = machine.place(Self.order(placement), ticket: ticket, now: now)
      return (reply(request, result, ticket), ticket)
    case .amend(let amendment):
      let edit = EditRequest(
        order: .client(amendment.clientOrderID.text), quantity: amendment.quantity,
        isRelative: false, trigger: amendment.trigger, processBefore: amendment.processBefore)
      return (reply(request, machine.edit(edit, ticket: ticket, now: now), ticket), ticket)
    case .cancel(let id, let processBefore):
      let result = machine.cancel(.client(id.text), processBefore: processBefore, now: now)
      return (reply(request, result, ticket), ticket)
    default: return (.now(read(request, now)), ticket)
    }
  }

  private mutating func reply(
    _ request: VenueRequest, _ result: VenueResult?, _ ticket: Int64
  ) -> Reply {
    guard let result else {
      held[ticket] = request
      return .held
    }
    return .now(outcome(of: request, result))
  }

  private func read(_ request: VenueRequest, _ now: VenueTime) -> VenueOutcome {
    switch request {
    case .openOrders: .answer(.openOrders(book.openOrders.map(open)))
    case .openPositions:
      .answer(
        .openPositions(
          book.positions.map { Position(instrument: $0.id, signedLots: $0.lane.signedLots) }))
    case .fills: .answer(.fills(newest(now.wall)))
    case .olderFills(let before):
      .answer(.fills(fills.filter { $0.time < before }.suffix(Self.page).reversed()))
    case .orderStatus(let ids): .answer(.orderStatus(ids.compactMap { look(up: $0, now.wall) }))
    case .orderHistory(let since, let before):
      .answer(.orderHistory(recorded(since, before, now.wall)))
    case .account:
      .answer(
        .account(
          AccountSnapshot(
            equity: machine.equity, availableMargin: machine.availableMargin, time: now.wall)))
    case .marginModes: .answer(.marginModes(MarginModes(isolated: [:])))
    case .instruments:
      .answer(
        .instruments(book.contracts.values.map(\.instrument).sorted { $0.id < $1.id }))
    case .tickers, .candles, .spotCandles, .place, .cancel, .amend: .refused(word: "notHere")
    }
  }

  private func newest(_ now: WallTime) -> [Fill] {
    var page: [Fill] = []
    for fill in fills.reversed() {
      guard page.count < Self.page, now.milliseconds - fill.time.milliseconds <= shows else {
        break
      }
      page.append(fill)
    }
    return page
  }

  private func recorded(
    _ since: WallTime, _ before: WallTime, _ now: WallTime
  ) -> [OrderHistoryEvent] {
    let shown = min(
      before, now.advanced(byMilliseconds: -book.policies.historyLagMilliseconds))
    return history.filter { $0.time >= since && $0.time <= shown }
  }

  private func look(up id: ClientOrderID, _ now: WallTime) -> VenueOrderReport? {
    guard let order = book.order(named: id.text) else { return nil }
    let age = now.milliseconds - order.updatedAt.milliseconds
    let isShown = order.status == .open || age <= book.policies.lookupMilliseconds
    guard isShown, !(book.policies.immediateOrders == .fillsOnly && order.kind.isImmediate)
    else { return nil }
    let state: VenueOrderState =
      switch order.status {
      case .open: .working
      case .filled: .filled
      case .cancelled: .cancelled
      case .rejected: .rejected(word: order.word)
      }
    return VenueOrderReport(
      clientOrderID: id, venueOrderID: order.id, status: state, filled: order.filled)
  }

  private func open(_ order: VenueOrder) -> OpenOrder {
    let isBare = hidesTriggerSize && order.isWaiting && order.filled == .zero
    return OpenOrder(
      clientOrderID: order.clientOrderID.flatMap { ClientOrderID($0) }, venueOrderID: order.id,
      instrument: order.instrument, side: order.side, unfilled: isBare ? .zero : order.unfilled,
      filled: order.filled, reduceOnly: order.reduceOnly, isStop: order.kind == .stop,
      trigger: order.trigger)
  }
}

// MARK: - The history service

extension VenueDesk {
  /// Whether it shows in one event only, as it ended.
  private static func isAtOnce(_ order: VenueOrder) -> Bool {
    order.kind.isImmediate || order.isTriggered && order.limit == nil
  }

  /// Triggers that wait are no business of this service, unless they are refused.
  private mutating func note(_ order: VenueOrder, at time: WallTime) {
    guard !order.isWaiting || order.status == .rejected else { return }
    switch order.status {
    case .rejected: add(order, .rejected(word: order.word), time)
    case .cancelled: add(order, .cancelled, time)
    case .open: if !Self.isAtOnce(order) { add(order, .working, time) }
    case .filled: break
    }
  }

  private mutating func noteFill(_ order: VenueOrder, at time: WallTime) {
    if order.status == .filled {
      add(order, .filled, time)
    } else if !Self.isAtOnce(order) {
      add(order, .working, time)
    }
  }

  private mutating func add(_ order: VenueOrder, _ state: VenueOrderState, _ time: WallTime) {
    history.append(
      OrderHistoryEvent(
        clientOrderID: order.clientOrderID.flatMap { ClientOrderID($0) }, venueOrderID: order.id,
        state: state, filled: order.filled, time: time))
  }
}
