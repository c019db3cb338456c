import Domain

/// The newest orders that are over, oldest first; the oldest falls out.
struct FinishedOrders: Hashable, Sendable {
  /// Enough for every order that the five-second look-up may be asked for at 3000 a second.
  static let bound = 16_384

  private var ids: [VenueOrderID] = []
  private var next = 0

  /// Takes the order in; the one that had to leave for it.
  mutating func insert(_ id: VenueOrderID) -> VenueOrderID? {
    guard ids.count == Self.bound else {
      ids.append(id)
      return nil
    }
    let oldest = ids[next]
    ids[next] = id
    next = (next + 1) % Self.bound
    return oldest
  }

  /// Newest first.
  var newestFirst: [VenueOrderID] {
    Array((ids[next...] + ids[..<next]).reversed())
  }
}
