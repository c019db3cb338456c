import Domain

/// One look at the venue: open orders, positions and fills, and what was asked of orders in doubt.
///
/// The parts are read one by one, so the look is not an instant: what a single reading shows as
/// contradiction is judged by a later one.
struct VenueReading: Hashable, Sendable {
  enum Source: CaseIterable, Hashable, Sendable {
    case openOrders
    case positions
    case fills
    case orderStatus
    case history
  }

  /// Entries of one page of fills; a page that is not full is the last.
  static let fillPage = 100
  private static let mostPages = 20

  /// 1, 2, 3… in this life.
  let number: Int
  /// The venue's clock was at least here when the reading began: only what had settled by then can
  /// be judged by its absence.
  let begun: WallTime
  /// Fills have to be read back to here.
  let horizon: WallTime
  /// From when on the history was asked for; nil when it was not.
  var historySince: WallTime?
  var awaited: Set<Source>
  var failures: [String] = []
  var openOrders: [OpenOrder]?
  var positions: [Position]?
  /// Newest first, page after page.
  private(set) var fills: [Fill] = []
  private(set) var pages = 0
  /// Whether the fills reach back to the horizon.
  private(set) var fillsReachBack = false
  var orderStatus: [VenueOrderReport]?
  var history: [OrderHistoryEvent]?

  init(number: Int, sources: Set<Source>, begun: WallTime, horizon: WallTime) {
    self.number = number
    self.begun = begun
    self.horizon = horizon
    awaited = sources
  }

  /// Takes an answer; a further request when the fills do not reach back far enough.
  mutating func take(_ source: Source, _ outcome: VenueOutcome) -> VenueRequest? {
    awaited.remove(source)
    switch outcome {
    case .answer(.openOrders(let orders)): openOrders = orders
    case .answer(.openPositions(let positions)): self.positions = positions
    case .answer(.fills(let page)): return takePage(page)
    case .answer(.orderStatus(let reports)): orderStatus = reports
    case .answer(.orderHistory(let events)): history = events
    case .answer: failures.append("\(source): answer to another question")
    case .refused(let word): failures.append("\(source): \(word)")
    case .ambiguous(let why): failures.append("\(source): \(why)")
    }
    return nil
  }

  private mutating func takePage(_ page: [Fill]) -> VenueRequest? {
    pages += 1
    let oldest = page.map(\.time).min()
    let before = fills.map(\.time).min()
    fills += page
    guard page.count >= Self.fillPage, let oldest, oldest >= horizon else {
      fillsReachBack = true
      return nil
    }
    // A page that is all of one moment leads no further back.
    guard pages < Self.mostPages, before.map({ oldest < $0 }) ?? true else { return nil }
    awaited.insert(.fills)
    return .olderFills(before: oldest.advanced(byMilliseconds: 1))
  }

  /// Whether orders, positions and fills were all read; the look-ups may be missing.
  var isComplete: Bool { openOrders != nil && positions != nil && pages > 0 }
}
