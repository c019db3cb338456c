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

  /// 1, 2, 3… in this life.
  let number: Int
  var awaited: Set<Source>
  var failures: [String] = []
  var openOrders: [OpenOrder]?
  var positions: [Position]?
  var fills: [Fill]?
  var orderStatus: [VenueOrderReport]?
  var history: [OrderHistoryEvent]?

  init(number: Int, sources: Set<Source>) {
    self.number = number
    awaited = sources
  }

  mutating func take(_ source: Source, _ outcome: VenueOutcome) {
    awaited.remove(source)
    switch outcome {
    case .answer(.openOrders(let orders)): openOrders = orders
    case .answer(.openPositions(let positions)): self.positions = positions
    case .answer(.fills(let fills)): self.fills = fills
    case .answer(.orderStatus(let reports)): orderStatus = reports
    case .answer(.orderHistory(let events)): history = events
    case .answer: failures.append("\(source): answer to another question")
    case .refused(let word): failures.append("\(source): \(word)")
    case .ambiguous(let why): failures.append("\(source): \(why)")
    }
  }

  /// Whether orders, positions and fills were all read; the look-ups may be missing.
  var isComplete: Bool { openOrders != nil && positions != nil && fills != nil }
}
