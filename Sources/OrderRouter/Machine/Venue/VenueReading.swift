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
  /// The newest and four older ones: 102 tokens of the 230 that readings can have.
  private static let mostPages = 5

  /// 1, 2, 3… in this life.
  let number: Int
  /// The venue's clock was at least here when the reading began: only what had settled by then can
  /// be judged by its absence.
  let begun: WallTime
  /// How far back fills have to be read.
  let reach: FillReach
  /// From when on the history was asked for; nil when it was not.
  var historySince: WallTime?
  var awaited: Set<Source>
  var failures: [String] = []
  var openOrders: [OpenOrder]?
  /// Those of them that left memory with their intents.
  var endedOrders: Set<ClientOrderID> = []
  var positions: [Position]?
  /// Newest first, page after page.
  private(set) var fills: [Fill] = []
  private(set) var pages = 0
  private var oldest: WallTime?
  private var isLastPage = false
  private var isStuck = false
  /// Whether the fills reach back far enough.
  private(set) var fillsReachBack = false
  var orderStatus: [VenueOrderReport]?
  var history: [OrderHistoryEvent]?

  init(number: Int, sources: Set<Source>, begun: WallTime, reach: FillReach) {
    self.number = number
    self.begun = begun
    self.reach = reach
    awaited = sources
  }

  /// Takes an answer; a request for older fills when they do not reach back far enough, which the
  /// open orders have a part in.
  mutating func take(_ source: Source, _ outcome: VenueOutcome) -> VenueRequest? {
    awaited.remove(source)
    switch outcome {
    case .answer(.openOrders(let orders)): openOrders = orders
    case .answer(.openPositions(let positions)): self.positions = positions
    case .answer(.fills(let page)): takePage(page)
    case .answer(.orderStatus(let reports)): orderStatus = reports
    case .answer(.orderHistory(let events)): history = events
    case .answer: failures.append("\(source): answer to another question")
    case .refused(let word): failures.append("\(source): \(word)")
    case .ambiguous(let why): failures.append("\(source): \(why)")
    }
    guard pages > 0, !awaited.contains(.openOrders), !awaited.contains(.fills) else { return nil }
    return olderPage()
  }

  private mutating func takePage(_ page: [Fill]) {
    pages += 1
    let before = oldest
    fills += page
    oldest = page.map(\.time).min() ?? before
    isLastPage = page.count < Self.fillPage || oldest == nil
    // A page that is all of one moment leads no further back.
    isStuck = if let before, let oldest { oldest >= before } else { false }
  }

  private mutating func olderPage() -> VenueRequest? {
    // Without the open orders nothing is judged, and nobody knows how far is far enough.
    guard !fillsReachBack, let openOrders,
      !failures.contains(where: { $0.hasPrefix("\(Source.fills): ") })
    else { return nil }
    guard !isLastPage, let oldest, oldest >= reach.horizon(openOrders) else {
      fillsReachBack = true
      return nil
    }
    guard pages < Self.mostPages, !isStuck else { return nil }
    awaited.insert(.fills)
    return .olderFills(before: reach.next(behind: oldest))
  }

  /// Whether all fills since then were read.
  func hasFills(since moment: WallTime) -> Bool {
    isLastPage || (oldest.map { $0 < moment } ?? false)
  }

  /// The stretch of time of which all fills are known with this reading, which is over.
  func stretch(behindMilliseconds: Int64) -> FillReach.Stretch? {
    let end = begun.advanced(byMilliseconds: -behindMilliseconds)
    let start = isLastPage ? WallTime(milliseconds: 0) : oldest?.advanced(byMilliseconds: 1)
    guard let start, start < end else { return nil }
    return FillReach.Stretch(from: start, to: end)
  }

  /// Whether orders, positions and fills were all read; the look-ups may be missing.
  var isComplete: Bool { openOrders != nil && positions != nil && pages > 0 }
}
