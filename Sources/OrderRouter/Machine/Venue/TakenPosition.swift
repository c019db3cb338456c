import Domain
import Ledger

/// What was known when a position was last taken as the venue showed it.
///
/// A position and its fills come at different times: what is heard later may be in it already. It
/// stands in the ledger, for what is late may come in another life.
struct TakenPosition: Hashable, Sendable {
  /// The first of the readings that agreed on it had ended by then: nothing later is in there.
  let at: WallTime
  /// Fills of somebody else up to it are in there too, and explain nothing again.
  let othersUntil: WallTime

  init(at: WallTime, othersUntil: WallTime) {
    self.at = at
    self.othersUntil = othersUntil
  }

  /// As `text` gives it; nil when there is none.
  init?(_ text: String?) {
    let numbers = (text ?? "").split(separator: " ").compactMap { Int64($0) }
    guard numbers.count == 2 else { return nil }
    at = WallTime(milliseconds: numbers[0])
    othersUntil = WallTime(milliseconds: numbers[1])
  }

  var text: String { "\(at.milliseconds) \(othersUntil.milliseconds)" }

  static func key(_ instrument: InstrumentID) -> String { "taken \(instrument)" }
}

// A position that is taken from the venue, what it was explained by, and what it explains.
extension RouterMachine {
  private func taken(_ instrument: InstrumentID) -> TakenPosition? {
    TakenPosition(book.properties[TakenPosition.key(instrument)])
  }

  /// Whether the venue's position is explained, and not by what is in ours already.
  ///
  /// A reading that shows a position after our stop has closed it would else be a stranger's new
  /// trade.
  func isExplainedAnew(_ instrument: InstrumentID) -> Bool {
    isExplained(instrument, after: countedUntil(instrument))
  }

  /// Fills of others up to this moment are in our position.
  ///
  /// A reading that agrees with it may be behind, and so may the one that let our entry out.
  private func countedUntil(_ instrument: InstrumentID) -> WallTime {
    let opened = book.positions[instrument].flatMap { $0.position.isFlat ? nil : $0.openedAt }
    let agreed = [agreedAt[instrument] ?? lastAgreement, opened].compactMap(\.self).max()?
      .advanced(byMilliseconds: -settings.contradictionMilliseconds)
    return [taken(instrument)?.othersUntil, agreed].compactMap(\.self).max()
      ?? WallTime(milliseconds: .min)
  }

  /// Whether `theirs` is what is known without some of the newest fills, none of them old.
  func isBehind(
    _ instrument: InstrumentID, by theirs: Int64, _ done: VenueReading, _ now: RouterTime
  ) -> Bool {
    let oldest = now.venue.now.advanced(byMilliseconds: -settings.contradictionMilliseconds)
    let counted = countedUntil(instrument)
    let ours = done.fills.filter { book.executions.contains($0.id) }
    // With some of theirs missing, in a flood that no page spans, their sum says nothing.
    let others = done.hasFills(since: max(counted, oldest)) ? othersFills : []
    let fills = (ours + others).filter { $0.instrument == instrument && $0.time > oldest }
      .sorted { $0.time > $1.time }
    var known = book.position(instrument).signedLots
    for fill in others where fill.instrument == instrument && fill.time > counted {
      known += fill.side.sign * fill.quantity.lots
    }
    return fills.contains { fill in
      known -= fill.side.sign * fill.quantity.lots
      return known == theirs
    }
  }

  /// Before the position is taken as `done` shows it.
  mutating func noteTaking(
    _ instrument: InstrumentID, shownAt: WallTime, _ now: RouterTime
  ) {
    var until = taken(instrument)?.othersUntil ?? WallTime(milliseconds: 0)
    if isExplainedAnew(instrument) {
      until = max(until, othersFills.first { $0.instrument == instrument }?.time ?? until)
    } else {
      // Whose it is nobody has told yet: what comes from before it is late.
      until = max(until, shownAt)
    }
    let note = TakenPosition(at: shownAt, othersUntil: until)
    record(.property(TakenPosition.key(instrument), note.text), now)
  }

  /// Whether a fill of ours that comes late was in the position that was taken.
  ///
  /// One part of a reading is behind: where it was the positions, all fills were known by then.
  /// Nothing that was sent since can have been in it, however near the clocks bring them.
  func wasTaken(_ fill: Fill, of order: OrderRow) -> Bool {
    taken(fill.instrument).map { leftAt(order) < $0.at && fill.time <= $0.at } ?? false
  }

  /// The fill was in the position that was taken from the venue: what it moved is moved back, and
  /// what it tells of whose position it is stays.
  mutating func takeBack(
    _ after: inout PositionRow, to before: PositionRow, _ fill: Fill, _ now: RouterTime
  ) {
    let lots = before.position.signedLots
    let why = "fill \(fill.id) was in the position that was taken from the venue"
    record(
      .adjustment(
        PositionAdjustment(
          instrument: fill.instrument, from: after.position.signedLots, to: lots, at: now.wall,
          why: why)),
      now)
    if let held = before.position.direction, held.entrySide != fill.side { after = before }
    after.position = before.position
    after.changedAt = before.changedAt
    TradeFlow(before, adjustedTo: lots, at: fill.time).put(into: &after)
    effects.append(.alert("\(fill.instrument): \(why)"))
  }
}
