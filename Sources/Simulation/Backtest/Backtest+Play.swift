import Domain
import SimulatedVenue

// The market moves, and stops wherever something happens.
extension Backtest {
  private static let hour: Int64 = 3_600_000

  /// Plays everything until and including `end`.
  func play(to end: Int64) throws {
    guard !isIdle else {
      now = max(now, end)
      return
    }
    while now < end || (queue.nextTime ?? .max) <= end {
      let due = max(now, min(queue.nextTime ?? .max, end))
      now = move(until: due)
      try observe()
      try tellPrices()
      // What the router does of it may happen in this moment, too.
      while let next = queue.nextTime, next <= now {
        while let next = queue.nextTime, next <= now, let (_, happening) = queue.next() {
          try happen(happening)
        }
        try hearInbox()
      }
    }
  }

  /// Whether nothing waits for a price or for a moment.
  private var isIdle: Bool {
    queue.isEmpty && desk.play { $0.book.openCount == 0 && !$0.hasPositions }
  }

  // MARK: - Prices

  /// Moves the prices somebody waits for until `due`, or to where one of them is met; when that is.
  private func move(until due: Int64) -> Int64 {
    guard desk.play({ $0.book.openCount > 0 || $0.hasPositions }) else { return due }
    let watched = watchedLanes
    guard !watched.isEmpty, due > now || metAt?.time != now else { return due }
    let stop = nextStop(watched, due)
    var points = watched.map { lanes[$0].market.point(at: MarketTime(milliseconds: stop)) }
    var first: (place: Int, point: MarketPoint)?
    for (place, index) in watched.enumerated() {
      guard let point = points[place] else { continue }
      let id = lanes[index].id
      guard let met = desk.play({ $0.meeting(id, to: point) }) else { continue }
      // What was met a moment ago and is still there is met again only further on.
      if met.time.milliseconds <= now, metAt?.time == now, metAt?.id == id { continue }
      if first.map({ met.time < $0.point.time }) ?? true { first = (place, met) }
    }
    var time = first.map { max(now, $0.point.time.milliseconds) } ?? stop
    if let ruin = ruin(watched, until: time) {
      time = ruin
      first = nil
    }
    if time < stop {
      points = watched.map { lanes[$0].market.point(at: MarketTime(milliseconds: time)) }
    }
    if let first {
      points[first.place] = first.point
      metAt = (time, lanes[watched[first.place]].id)
    }
    for (place, index) in watched.enumerated() {
      if let point = points[place] { go(index, to: point, time) }
    }
    return time
  }

  private func go(_ index: Int, to point: MarketPoint, _ time: Int64) {
    let id = lanes[index].id
    setRate(index, at: now)
    desk.play { $0.move(id, along: [point], wall: WallTime(milliseconds: time)) }
    setRate(index, at: time)
  }

  /// The next moment at which a way turns, an hour begins or prices are told; `due` at the latest.
  private func nextStop(_ watched: [Int], _ due: Int64) -> Int64 {
    var stop = due
    let present = MarketTime(milliseconds: now)
    for index in watched {
      if let turn = lanes[index].market.nextTurn(after: present) {
        stop = min(stop, turn.time.milliseconds)
      }
    }
    if desk.machine.hasPositions {
      stop = min(stop, (now / Self.hour + 1) * Self.hour)
      let step = settings.tickerMilliseconds
      if needsPrices { stop = min(stop, (now / step + 1) * step) }
    }
    return max(stop, now)
  }

  /// The first moment until `end` at which the account is worth less than its maintenance margin.
  private func ruin(_ watched: [Int], until end: Int64) -> Int64? {
    guard desk.machine.hasPositions, end > now, room(watched, at: end) < .zero else { return nil }
    var (safe, ruined) = (now, end)
    while ruined - safe > 1 {
      let middle = safe + (ruined - safe) / 2
      if room(watched, at: middle) < .zero { ruined = middle } else { safe = middle }
    }
    return ruined
  }

  private func room(_ watched: [Int], at time: Int64) -> Money {
    let marks = watched.compactMap { index in
      lanes[index].market.point(at: MarketTime(milliseconds: time))
        .map { (id: lanes[index].id, mark: $0.mark) }
    }
    return desk.play { $0.room(at: marks) }
  }

  /// Contracts whose price somebody waits for.
  ///
  /// The venue is asked in place: read out of this object it would be copied, part by part, on each
  /// turn of a bar.
  private var watchedLanes: [Int] {
    let lanes = lanes
    return desk.play { machine in
      lanes.indices.filter { machine.book.watches(lanes[$0].id) }
    }
  }

  private func setRate(_ index: Int, at time: Int64) {
    let hour = time / Self.hour
    guard lanes[index].rateHour != hour else { return }
    lanes[index].rateHour = hour
    let moment = MarketTime(milliseconds: time)
    let rate = lanes[index].market.fundingRate(at: moment)
    let id = lanes[index].id
    desk.play {
      $0.setFundingRate(
        id, rate.trillionths,
        now: VenueTime(wall: WallTime(milliseconds: time), market: moment))
    }
  }

  /// Brings a contract that nobody waited for to the prices of now.
  func refresh(_ id: InstrumentID) {
    guard let index = laneOf[id], !desk.book.watches(id),
      let point = lanes[index].market.point(at: MarketTime(milliseconds: now))
    else { return }
    desk.play { $0.jump(id, to: point) }
    setRate(index, at: now)
  }
}
