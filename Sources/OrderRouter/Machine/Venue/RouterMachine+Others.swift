import Domain
import Ledger

// Fills of others on this account, remembered while they may explain a position that is not ours:
// what a reading told once is not read again (`FillReach`), and a flood of trades pushes it off the
// newest page.
extension RouterMachine {
  /// Fills that are remembered; more of them explain nothing any more.
  private static let othersBound = 2000

  /// Keeps what a reading told of fills, which are facts whatever else of it failed.
  mutating func rememberFills(_ done: VenueReading) {
    if let read = done.stretch(behindMilliseconds: settings.contradictionMilliseconds) {
      knownFills = knownFills?.extended(by: read) ?? read
    }
    // Pages overlap where they meet, so the same fill may be told twice within one reading.
    var known = Set(othersFills.map(\.id))
    let new = done.fills.filter { fill in
      fill.clientOrderID?.isMarked(by: installation) != true && known.insert(fill.id).inserted
    }
    guard !new.isEmpty else { return }
    othersFills = (new + othersFills).sorted { $0.time > $1.time }
    othersFills.removeLast(max(0, othersFills.count - Self.othersBound))
  }

  /// Where a complete reading shows the position that we have, the past is settled.
  mutating func settleOthers(_ done: VenueReading, _ now: RouterTime) {
    let known = book.instruments.union(venuePositions.keys)
    for instrument in known where isAgreed(instrument) { agreedAt[instrument] = done.begun }
    if known.allSatisfy(isAgreed) { noteAgreement(done.begun, now) }
    othersFills = othersFills.filter { fill in
      fill.time >= done.begun || !isAgreed(fill.instrument)
    }
  }

  /// The next life has to know it too: what others traded since we opened may be days old.
  private mutating func noteAgreement(_ at: WallTime, _ now: RouterTime) {
    let noted = lastAgreement ?? WallTime(milliseconds: 0)
    // One that lies ahead is of a clock that was wrong.
    let isDue = at > noted.advanced(byMilliseconds: settings.contradictionMilliseconds)
    guard !book.agenda.held.isEmpty, at.milliseconds > 0, isDue || at < noted else { return }
    record(.property(Self.agreement, String(at.milliseconds)), now)
  }

  /// When all was last shown as we had it while we held anything, to a minute.
  var lastAgreement: WallTime? {
    book.properties[Self.agreement].flatMap(Int64.init).map(WallTime.init(milliseconds:))
  }

  private static let agreement = "agreed"

  private func isAgreed(_ instrument: InstrumentID) -> Bool {
    (venuePositions[instrument]?.signedLots ?? 0) == book.position(instrument).signedLots
  }

  /// Whether the venue's position is what our fills add up to, or what is between them are the
  /// newest fills of somebody else.
  ///
  /// Without the latter a stranger's trade and a doubt would wait for each other for ever.
  func isExplained(_ instrument: InstrumentID) -> Bool {
    isExplained(instrument, after: WallTime(milliseconds: .min))
  }

  func isExplained(_ instrument: InstrumentID, after counted: WallTime) -> Bool {
    let theirs = venuePositions[instrument]?.signedLots ?? 0
    var rest = theirs - book.position(instrument).signedLots
    for fill in othersFills where rest != 0 && fill.instrument == instrument {
      guard fill.time > counted else { break }
      rest -= fill.side.sign * fill.quantity.lots
    }
    return rest == 0
  }

  /// From when on fills are looked for that explain what ours do not, also while something there is
  /// in doubt: the doubt may end only with the explanation.
  ///
  /// The stranger may have traded before the oldest of what we have there: after each reading that
  /// explains nothing it is looked for twice as far back.
  var unexplainedSince: WallTime? {
    let oldest = unexplainedInstruments.flatMap { instrument in
      book.liveOrders(on: instrument).map(birth)
        + [book.positions[instrument]?.openedAt].compactMap(\.self)
    }.min()
    let steps = min(readingsUnexplained, Self.lookbackBound)
    return oldest?.advanced(byMilliseconds: -(settings.contradictionMilliseconds << steps))
  }

  /// Doublings of a minute: seventeen hours.
  private static let lookbackBound = 10

  /// Takes down where a complete reading leaves a difference unexplained, and counts those that do
  /// although their fills reached back as far as was asked.
  mutating func followUnexplained(_ done: VenueReading) {
    unexplainedInstruments = book.instruments.union(venuePositions.keys).filter { instrument in
      !isAgreed(instrument) && !isExplained(instrument)
    }
    if unexplainedInstruments.isEmpty {
      readingsUnexplained = 0
    } else if done.fillsReachBack {
      readingsUnexplained += 1
    }
  }
}
