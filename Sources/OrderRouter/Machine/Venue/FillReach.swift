import Domain

/// How far back the venue's fills have to be read so that none of ours is missing.
///
/// A page of older fills costs 25 tokens, twelve times the newest one: reading to the birth of
/// every order that may be alive would spend within a second what the next doubt about a stop
/// needs.
///
/// 1. An order that rests with exactly the fills that we know has no other: nothing is read for it.
/// 2. Where the position is not ours and nobody's fills explain it, they are looked for from before
///    what we have there began, and further back after each reading in vain.
/// 3. What a reading once reached is in the ledger and not read again, but for its last minute,
///    which is how far behind the venue's records may be (`contradictionMilliseconds`).
/// 4. A reading takes few pages; where they do not reach back far enough the next one goes on from
///    there, so that a long way costs no reading more than its part.
struct FillReach: Hashable, Sendable {
  /// An order that may be alive as a reading begins.
  struct Order: Hashable, Sendable {
    /// What happened to it happened after this.
    let since: WallTime
    let filled: Quantity
  }

  /// All fills of a stretch of time, as far as the venue has told them.
  struct Stretch: Hashable, Sendable {
    let from: WallTime
    let to: WallTime

    /// This one and what a later reading adds to it; a gap between them loses the older.
    func extended(by later: Stretch) -> Stretch {
      guard later.from <= to else { return later }
      return Stretch(from: min(from, later.from), to: max(to, later.to))
    }
  }

  let orders: [ClientOrderID: Order]
  /// From when on fills may explain a difference that none that are known explain.
  var unexplained: WallTime? = nil
  /// Beginning of the reading, less the margin of the clocks.
  let latest: WallTime
  let margin: Int64
  let known: Stretch?

  /// The moment back to which fills are read, given who rests.
  func horizon(_ open: [OpenOrder]) -> WallTime {
    let resting = Dictionary(
      open.compactMap { order in order.clientOrderID.map { ($0, order.filled) } }
    ) { first, _ in first }
    let owed = orders.filter { resting[$0.key] != $0.value.filled }.map(\.value.since)
    let first = (owed + [unexplained].compactMap(\.self)).min()
    let wanted = min(first?.advanced(byMilliseconds: -margin) ?? latest, latest)
    guard let known, known.from <= wanted else { return wanted }
    return max(wanted, known.to)
  }

  /// Before which moment the next older page begins.
  ///
  /// It follows a page whose oldest fill is of `oldest`; what is known already is passed over.
  func next(behind oldest: WallTime) -> WallTime {
    // Of the moment in which a page ends there may be more on the next one.
    let edge = oldest.advanced(byMilliseconds: 1)
    guard let known, known.from < edge, edge <= known.to else { return edge }
    return known.from
  }
}
