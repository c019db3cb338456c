import Domain
import Ledger

// Where the venue's position is not what our fills add up to: two complete readings that agree, a
// second apart, are a judgement; then the position is taken as it is, under our protection. Nothing
// is closed and no order of anybody else is touched.
extension RouterMachine {
  mutating func compare(_ done: VenueReading, now: RouterTime) {
    // What was seen once and is gone has to be forgotten too.
    let known = book.instruments.union(venuePositions.keys).union(differences.keys)
    for instrument in known.sorted() {
      let ours = book.position(instrument).signedLots
      let theirs = venuePositions[instrument]?.signedLots ?? 0
      guard ours != theirs else {
        differences[instrument] = nil
        tight.remove(instrument)
        if theirs == 0 { thaw(instrument, now) }
        continue
      }
      guard theirs == 0 || !recounted.contains(instrument) else { continue }
      let seen = differences[instrument].flatMap { seen in
        seen.ours == ours && seen.theirs == theirs ? seen : nil
      }
      guard isQuiet(instrument, done) else {
        // It does not count in this reading, and goes on if it is still the same: a stop that is
        // placed, triggers and reduces nothing is in doubt in every other one.
        differences[instrument] = seen
        continue
      }
      if let seen {
        let isSameWay = theirs == 0 || (theirs > 0) == (ours > 0)
        let isLess = isSameWay && theirs.magnitude < ours.magnitude
        // Lots that vanish without a fill, and a position as it was before our newest fills, are
        // more likely a reading that is behind: a stop is taken away, or put where nothing is, only
        // after a long time.
        let isDoubtful =
          (isLess || isBehind(instrument, by: theirs, done, now))
          && !isOurs(theirs - ours, on: instrument, done)
        let patience =
          isDoubtful && !isExplainedAnew(instrument)
          ? settings.contradictionMilliseconds : settings.snapshotGapMilliseconds
        guard done.number > seen.started, now.machine.milliseconds(since: seen.seenAt) >= patience
        else {
          read(by: seen.seenAt.advanced(byMilliseconds: patience))
          continue
        }
        guard takeOver(instrument, seen, now) else { continue }
        differences[instrument] = nil
        if theirs == 0 { thaw(instrument, now) }
      } else {
        differences[instrument] = PositionDifference(
          ours: ours, theirs: theirs, seenAt: now.machine, shownAt: now.venue.now,
          started: readingsStarted)
        read(by: now.machine.advanced(byMilliseconds: settings.snapshotGapMilliseconds))
      }
    }
  }

  private mutating func read(by moment: MachineTime) {
    nextReading = nextReading.map { min($0, moment) } ?? moment
  }

  /// Whether open orders of ours show fills that nobody has told yet, and of just so many lots.
  private func isOurs(
    _ lots: Int64, on instrument: InstrumentID, _ done: VenueReading
  ) -> Bool {
    let untold = (done.openOrders ?? []).reduce(Int64(0)) { sum, open in
      guard open.instrument == instrument, let row = open.clientOrderID.flatMap({ book.orders[$0] })
      else { return sum }
      return sum + open.side.sign * (open.filled.lots - row.filled.lots)
    }
    return untold == lots
  }

  /// Whether nothing on the instrument is in doubt that could explain a difference.
  private func isQuiet(_ instrument: InstrumentID, _ done: VenueReading) -> Bool {
    book.liveOrders(on: instrument).allSatisfy { order in
      order.status == .working && touched[order.id, default: 0] < done.number
        && order.change?.isDoubtful != true
    }
  }

  /// False when it has to wait: an adopted position needs a mark price for its stop.
  private mutating func takeOver(
    _ instrument: InstrumentID, _ seen: PositionDifference, _ now: RouterTime
  ) -> Bool {
    let (ours, theirs) = (seen.ours, seen.theirs)
    let grows = theirs.magnitude > ours.magnitude || (theirs > 0) != (ours > 0)
    let why = "two readings of the venue agree on \(theirs) lots, our fills on \(ours)"
    let before = book.positions[instrument]
    var row = before
    if theirs != 0, ours == 0 || (theirs > 0) != (ours > 0) {
      guard let adopted = adopt(instrument, theirs, row, now) else {
        alert("\(instrument): \(why); no mark price for a stop yet")
        return false
      }
      row = adopted
    }
    guard var row else { return false }
    noteTaking(instrument, shownAt: seen.shownAt, now)
    record(
      .adjustment(
        PositionAdjustment(instrument: instrument, from: ours, to: theirs, at: now.wall, why: why)),
      now)
    row.position = Position(instrument: instrument, signedLots: theirs)
    row.changedAt = now.venue.now
    TradeFlow(before, adjustedTo: theirs, at: now.venue.now).put(into: &row)
    record(.position(row), now)
    settle(before, row, by: nil, of: nil, now)
    if grows, theirs != 0 { record(.frozen(instrument, why: why), now) }
    effects.append(.alert("\(instrument): \(why)"))
    return true
  }

  /// A position that no order of ours explains gets an intent of its own, with a stop.
  private mutating func adopt(
    _ instrument: InstrumentID, _ lots: Int64, _ before: PositionRow?, _ now: RouterTime
  ) -> PositionRow? {
    guard let mark = freshMark(instrument, now) else { return nil }
    let direction: Direction = lots > 0 ? .long : .short
    let distance = mark.share(permille: settings.adoptedStopPermille)
    let stop = Price(
      ticks: direction == .long ? max(1, mark.ticks - distance) : mark.ticks + distance)
    let number = (before?.adoptions ?? 0) + 1
    let adoption = Adoption(
      instrument: instrument, direction: direction,
      quantity: Quantity(lots: Int64(clamping: lots.magnitude)), stop: stop, number: number)
    let row = IntentRow(
      hash: Self.hash(adoption.canonicalBytes(account: account)), intent: .adoption(adoption),
      acceptedAt: now.wall, state: .filled)
    noteSteps(of: instrument, now)
    record(.intentAccepted(row), now)
    return PositionRow(
      position: Position(instrument: instrument, signedLots: lots), intent: row.hash,
      changedAt: now.venue.now, stop: stop, openedLots: adoption.quantity.lots, openedCost: nil,
      exits: before?.exits ?? 0, adoptions: number)
  }

  /// Entries again, once venue and ledger have been flat in two readings and no stranger waits.
  private mutating func thaw(_ instrument: InstrumentID, _ now: RouterTime) {
    guard book.frozen[instrument] != nil, flatReadings[instrument, default: 0] >= 2,
      foreignOrders[instrument, default: 0] == 0
    else { return }
    record(.frozen(instrument, why: nil), now)
  }
}
