import Domain
import Ledger

/// How a stop rests otherwise than the ledger has it: somebody edited it, or the network brought an
/// older amendment of ours a second time.
enum StopDrift: Hashable, Sendable {
  case quantity
  case trigger

  /// Nil while it rests as it should, or something about it is under way.
  init?(of order: OrderRow, shown: OpenOrder) {
    guard order.role == .stop, order.status == .working, order.change == nil else { return nil }
    if let trigger = shown.trigger, trigger != order.placement.type.price {
      self = .trigger
    } else if shown.unfilled > .zero, shown.unfilled + shown.filled != order.placement.quantity {
      // The venue may leave the amount out of trigger orders that nothing has touched.
      self = .quantity
    } else {
      return nil
    }
  }
}

/// How often in a row a stop was put right in vain: three times, then once a minute.
struct Mending: Hashable, Sendable {
  private static let most = 3
  private static let pauseMilliseconds: Int64 = 60_000

  private var attempts = 0
  private var last: MachineTime?

  func isDue(_ now: MachineTime) -> Bool {
    guard attempts >= Self.most, let last else { return true }
    return now.milliseconds(since: last) >= Self.pauseMilliseconds
  }

  mutating func attempt(_ now: MachineTime) {
    attempts += 1
    last = now
  }
}
