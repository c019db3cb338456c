import Synchronization

/// Bytes that wait for clients to take them, of all connections of a port together.
///
/// A client that asked for everything at once gets megabytes in one go, so one connection may be
/// owed a lot; not all of them may.
final class WebSocketBacklog: Sendable {
  /// For one connection: the snapshots of 300 products on every feed are about 7 MB.
  let mostOfOne: Int
  /// For all of them; past it whoever is owed more than a little is too slow.
  let mostOfAll: Int
  let little: Int
  private let total = Atomic<Int>(0)

  init(mostOfOne: Int = 16 << 20, mostOfAll: Int = 64 << 20, little: Int = 1 << 20) {
    self.mostOfOne = mostOfOne
    self.mostOfAll = mostOfAll
    self.little = little
  }

  /// Adds what one connection is owed; false when that is too much of it.
  func owe(_ count: Int, _ own: borrowing Atomic<Int>) -> Bool {
    let (_, mine) = own.add(count, ordering: .relaxed)
    let (_, all) = total.add(count, ordering: .relaxed)
    return mine <= mostOfOne && (all <= mostOfAll || mine <= little)
  }

  /// Takes off what has left or never will.
  func settle(_ count: Int, _ own: borrowing Atomic<Int>) {
    own.subtract(count, ordering: .relaxed)
    total.subtract(count, ordering: .relaxed)
  }
}
