import Domain
import Ledger

/// A venue of a few lines that keeps its own book and misbehaves on demand: the judge of these
/// tests.
struct ScriptedVenue {
  /// What becomes of the next placement.
  enum Fate {
    case answered
    /// The order is taken, the answer never comes.
    case answerLost
    /// The order never arrives, and nobody says so.
    case requestLost
    case refused(String)
  }

  var fates: [Fate] = []
  /// Take-profits with these triggers are refused, and all that reduces on these instruments.
  var refusedTriggers: Set<Price> = []
  var refusedInstruments: Set<InstrumentID> = []
  var refusal = "marketSuspended"
  /// Positions are read only after the history was, and the history not again.
  var answersHistoryOnce = false
  /// What becomes of the next amendment and the next cancel.
  var amendFates: [Fate] = []
  var cancelFates: [Fate] = []
  private(set) var amendments: [OrderAmendment] = []
  /// Lots of each placement that fill at once; nil fills everything.
  var fillLimit: Int64?
  /// Whether resting reduce-only orders are added up against the position.
  var addsReduceOnly = false
  var unreadable = false
  /// Readings show the account as it was before anything was on it.
  var isBehind = false
  /// How many of the fills readings show, oldest first; nil is all of them.
  var showsFills: Int?
  /// Orders that have ended and that readings show all the same.
  var lingering: [OpenOrder] = []
  /// The greatest leverage of the sample instrument, if it is margined by itself.
  var isolated: ExactDecimal?
  var marginsUnreadable = false
  var historyUnreadable = false
  var lookupUnreadable = false
  var instruments = [Sample.instrument, Sample.second]
  /// What it says when it is asked for prices; nil is no answer.
  var tickers: [Ticker]?
  var equity = Money(micros: 1_000_000)
  /// What everything executes at; nil is not told.
  var fillTicks: Int64? = 1000
  private(set) var placements: [OrderPlacement] = []
  private(set) var requests: [VenueRequest] = []
  private(set) var openOrders: [OpenOrder] = []
  private(set) var positions: [InstrumentID: Int64] = [:]
  private(set) var fills: [Fill] = []
  private(set) var history: [OrderHistoryEvent] = []
  /// Orders that ended a moment ago, as the look-up still knows them.
  var recent: [VenueOrderReport] = []
  var now = WallTime(milliseconds: 0)

  mutating func outcome(of request: VenueRequest) -> VenueOutcome {
    requests.append(request)
    switch request {
    case .place(let placement): return place(placement)
    case .cancel(let id, _): return cancel(id)
    case .amend(let amendment): return amend(amendment)
    case .instruments: return .answer(.instruments(instruments))
    case .account:
      return .answer(
        .account(
          AccountSnapshot(
            equity: equity, availableMargin: equity, time: now)))
    case .openPositions where answersHistoryOnce && histories == 0:
      return .ambiguous(why: "NOT_SENT: rate budget")
    case .orderHistory where answersHistoryOnce && histories > 1:
      return .ambiguous(why: "NOT_SENT: rate budget")
    case _ where unreadable: return .ambiguous(why: "503")
    case .openOrders where isBehind: return .answer(.openOrders([]))
    case .openPositions where isBehind: return .answer(.openPositions([]))
    case .fills where isBehind, .olderFills where isBehind: return .answer(.fills([]))
    case .openOrders: return .answer(.openOrders(openOrders + lingering))
    case .openPositions:
      let open = positions.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      return .answer(
        .openPositions(open.map { Position(instrument: $0.key, signedLots: $0.value) }))
    case .fills: return .answer(.fills(fills.prefix(showsFills ?? .max).suffix(100).reversed()))
    case .olderFills(let before):
      return .answer(.fills(fills.filter { $0.time < before }.suffix(100).reversed()))
    case .orderStatus where lookupUnreadable: return .ambiguous(why: "503")
    case .orderStatus(let ids):
      return .answer(.orderStatus(recent.filter { ids.contains($0.clientOrderID) }))
    case .orderHistory where historyUnreadable: return .ambiguous(why: "500")
    case .orderHistory(let since, let before):
      return .answer(.orderHistory(history.filter { $0.time >= since && $0.time < before }))
    case .marginModes where marginsUnreadable: return .ambiguous(why: "503")
    case .marginModes:
      let isolated = isolated.map { [Sample.instrument.id: $0] } ?? [:]
      return .answer(.marginModes(MarginModes(isolated: isolated)))
    case .tickers where tickers != nil: return .answer(.tickers(tickers ?? []))
    case .tickers, .candles, .spotCandles: return .refused(word: "not here")
    }
  }

  private mutating func place(_ placement: OrderPlacement) -> VenueOutcome {
    if isRefused(placement) { return .refused(word: refusal) }
    let fate = fates.isEmpty ? .answered : fates.removeFirst()
    switch fate {
    case .requestLost: return .ambiguous(why: "time-out")
    case .refused(let word): return .refused(word: word)
    case .answered where addsReduceOnly && placement.reduceOnly && surplus(placement) > 0:
      return .refused(word: "wouldNotReducePosition")
    case .answered: return .answer(.placed(take(placement)))
    case .answerLost:
      _ = take(placement)
      return .ambiguous(why: "connection reset")
    }
  }

  private mutating func take(_ placement: OrderPlacement) -> PlacementAnswer {
    placements.append(placement)
    let venueID = VenueOrderID(unchecked: "venue-\(placements.count)")
    if placement.type.rests {
      openOrders.append(
        OpenOrder(
          clientOrderID: placement.clientOrderID, venueOrderID: venueID,
          instrument: placement.instrument, side: placement.side, unfilled: placement.quantity,
          filled: .zero, reduceOnly: placement.reduceOnly, isStop: placement.isStop,
          trigger: placement.type.price))
      return PlacementAnswer(venueOrderID: venueID, rests: true, fills: [], word: "placed")
    }
    let lots = min(placement.quantity.lots, fillLimit ?? .max)
    if lots > 0 { execute(placement, lots: lots, venueID: venueID) }
    report(placement, venueID: venueID, filled: lots)
    return PlacementAnswer(
      venueOrderID: venueID, rests: false, fills: fills.filter { $0.venueOrderID == venueID },
      word: "placed")
  }

  private mutating func amend(_ amendment: OrderAmendment) -> VenueOutcome {
    amendments.append(amendment)
    let fate = amendFates.isEmpty ? .answered : amendFates.removeFirst()
    if case .refused(let word) = fate { return .refused(word: word) }
    if case .requestLost = fate { return .ambiguous(why: "time-out") }
    guard
      let index = openOrders.firstIndex(where: { $0.clientOrderID == amendment.clientOrderID })
    else { return .refused(word: "orderForEditNotFound") }
    let old = openOrders[index]
    openOrders[index] = old.with(
      unfilled: amendment.quantity - old.filled, trigger: amendment.trigger)
    if case .answerLost = fate { return .ambiguous(why: "connection reset") }
    return .answer(.amended(word: "edited"))
  }

  private mutating func execute(_ placement: OrderPlacement, lots: Int64, venueID: VenueOrderID) {
    fills.append(
      Fill(
        id: ExecutionID(unchecked: "fill-\(fills.count + 1)"), instrument: placement.instrument,
        side: placement.side, quantity: Quantity(lots: lots),
        price: fillTicks.map(Price.init(ticks:)), time: now, venueOrderID: venueID,
        clientOrderID: placement.clientOrderID))
    positions[placement.instrument, default: 0] += placement.side.sign * lots
  }

  private mutating func report(_ placement: OrderPlacement, venueID: VenueOrderID, filled: Int64) {
    let state: VenueOrderState = filled == placement.quantity.lots ? .filled : .cancelled
    recent.append(
      VenueOrderReport(
        clientOrderID: placement.clientOrderID, venueOrderID: venueID, status: state,
        filled: Quantity(lots: filled)))
    history.append(
      OrderHistoryEvent(
        clientOrderID: placement.clientOrderID, venueOrderID: venueID, state: state,
        filled: Quantity(lots: filled), time: now))
  }

  private mutating func cancel(_ id: ClientOrderID) -> VenueOutcome {
    let fate = cancelFates.isEmpty ? .answered : cancelFates.removeFirst()
    if case .requestLost = fate { return .ambiguous(why: "time-out") }
    if case .answerLost = fate {
      _ = cancel(id)
      return .ambiguous(why: "connection reset")
    }
    guard let order = openOrders.first(where: { $0.clientOrderID == id }) else {
      return .answer(.cancel(.notFound))
    }
    openOrders.removeAll { $0.clientOrderID == id }
    recent.append(
      VenueOrderReport(
        clientOrderID: id, venueOrderID: order.venueOrderID, status: .cancelled,
        filled: order.filled))
    return .answer(.cancel(.cancelled))
  }

  /// The market reaches a resting order: what is left of it executes.
  mutating func trigger(_ placement: OrderPlacement) {
    let open = openOrders.first { $0.clientOrderID == placement.clientOrderID }
    openOrders.removeAll { $0.clientOrderID == placement.clientOrderID }
    let venueID = VenueOrderID(unchecked: "venue-of-\(placement.clientOrderID)")
    let lots = open?.unfilled.lots ?? placement.quantity.lots
    execute(placement, lots: lots, venueID: venueID)
    report(placement, venueID: venueID, filled: lots + (open?.filled.lots ?? 0))
  }

  /// The market takes a part of a resting order.
  mutating func fillPart(_ placement: OrderPlacement, lots: Int64) {
    guard
      let index = openOrders.firstIndex(where: { $0.clientOrderID == placement.clientOrderID })
    else { return }
    let old = openOrders[index]
    execute(placement, lots: lots, venueID: old.venueOrderID)
    openOrders[index] = old.with(
      unfilled: old.unfilled - Quantity(lots: lots), filled: old.filled + Quantity(lots: lots))
  }

  /// An order is cancelled without a word; readings show it on.
  mutating func endUnseen(_ placement: OrderPlacement) {
    let id = placement.clientOrderID
    lingering = openOrders.filter { $0.clientOrderID == id }
    openOrders.removeAll { $0.clientOrderID == id }
    history += lingering.map { order in
      OrderHistoryEvent(
        clientOrderID: id, venueOrderID: order.venueOrderID, state: .cancelled, filled: .zero,
        time: now)
    }
  }

  /// The market reaches every stop that rests, and none of them reduces anything.
  mutating func triggerStopsInVain() {
    for id in openOrders.filter(\.isStop).compactMap(\.clientOrderID) {
      _ = cancel(id)
    }
  }

  /// A position somebody else made on the account, with the fill that made it.
  mutating func setForeignPosition(_ lots: Int64) {
    let change = lots - positions[Sample.instrument.id, default: 0]
    showPosition(lots)
    guard change != 0 else { return }
    fills.append(
      Fill(
        id: ExecutionID(unchecked: "foreign-\(fills.count + 1)"), instrument: Sample.instrument.id,
        side: change > 0 ? .buy : .sell, quantity: Quantity(lots: abs(change)),
        price: Price(ticks: 1000), time: now, venueOrderID: VenueOrderID(unchecked: "foreign"),
        clientOrderID: nil))
  }

  /// Somebody edits the first order that rests.
  mutating func editFirst(ticks: Int64? = nil, lots: Int64? = nil) {
    let old = openOrders[0]
    openOrders[0] = old.with(
      unfilled: lots.map(Quantity.init(lots:)) ?? old.unfilled,
      trigger: ticks.map(Price.init(ticks:)))
  }

  /// A position that no fill explains.
  mutating func showPosition(_ lots: Int64) { positions[Sample.instrument.id] = lots }

  /// An order with our mark that no ledger of ours knows.
  mutating func addOpenOrder(_ id: ClientOrderID) {
    openOrders.append(
      OpenOrder(
        clientOrderID: id, venueOrderID: VenueOrderID(unchecked: "stranger"),
        instrument: Sample.instrument.id, side: .buy, unfilled: Quantity(lots: 1), filled: .zero,
        reduceOnly: false, isStop: false))
  }

  /// An order of somebody else that only reduces, with a trigger.
  mutating func addForeignStop(_ lots: Int64) {
    openOrders.append(
      OpenOrder(
        clientOrderID: nil, venueOrderID: VenueOrderID(unchecked: "foreign-stop"),
        instrument: Sample.instrument.id, side: .sell, unfilled: Quantity(lots: lots),
        filled: .zero, reduceOnly: true, isStop: true))
  }

  /// Fills of other people's orders on the account, one a millisecond from `time` on.
  mutating func addForeignFills(
    _ count: Int, on instrument: InstrumentID = Sample.other, sides: [Side] = [.buy],
    from time: WallTime
  ) {
    for number in 0..<count {
      fills.append(
        Fill(
          id: ExecutionID(unchecked: "foreign-\(time.milliseconds)-\(number)"),
          instrument: instrument, side: sides[number % sides.count], quantity: Quantity(lots: 1),
          price: Price(ticks: 10), time: time.advanced(byMilliseconds: Int64(number)),
          venueOrderID: VenueOrderID(unchecked: "foreign"), clientOrderID: nil))
    }
  }

  /// Somebody cancels all that rests, and no record tells.
  mutating func dropOrders() { openOrders = [] }

  mutating func forgetRecent() { recent = [] }
}
