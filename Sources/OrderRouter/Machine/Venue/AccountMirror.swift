import Domain

/// The account as its stream tells it: orders at rest and positions, from a snapshot on.
///
/// It only ever says no: what it shows and what it does not know keep an entry back, what it does
/// not show proves nothing.
struct AccountMirror: Sendable {
  private static let channels: Set<StreamChannel> = [.orders, .fills, .positions]

  private var begun: Set<StreamChannel> = []
  private var orders: [VenueOrderID: InstrumentID] = [:]
  private var positions: [InstrumentID: Int64] = [:]

  var isComplete: Bool { begun == Self.channels }

  /// Why no entry may be made on the instrument; nil when the stream shows nothing there.
  func denial(_ instrument: InstrumentID) -> Denial? {
    guard isComplete else {
      return Denial(.venueUnreadable, "account stream incomplete: \(begun.count) of 3 channels")
    }
    let resting = orders.values.count { $0 == instrument }
    let lots = positions[instrument, default: 0]
    guard resting != 0 || lots != 0 else { return nil }
    return Denial(
      .venueDisagrees, "stream: instrument=\(instrument) open_orders=\(resting) position=\(lots)")
  }

  mutating func hear(_ event: StreamEvent) {
    switch event {
    case .began(let id, _):
      if Self.channels.contains(id.channel) { begun.insert(id.channel) }
    case .gap(let id, _), .refused(.some(let id), _): begun.remove(id.channel)
    case .disconnected: begun = []
    case .orders(let list):
      orders = Dictionary(list.map { ($0.venueOrderID, $0.instrument) }) { one, _ in one }
    case .order(let update):
      orders[update.venueOrderID] = update.isOver ? nil : update.order?.instrument
    case .positions(let list):
      positions = Dictionary(list.map { ($0.instrument, $0.signedLots) }) { one, _ in one }
    case .connected, .refused(.none, _), .trade, .ticker, .book, .level, .fills, .fill, .money:
      break
    }
  }
}
