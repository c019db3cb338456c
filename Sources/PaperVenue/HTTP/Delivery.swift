/// What becomes of an answer on its way out; anything but `whole` is a fault somebody armed.
enum Delivery: Hashable, Sendable {
  case whole
  /// Not a byte leaves; the connection stays, and hears no further request.
  case silence
  /// Not a byte leaves, and the connection is closed.
  case close
  /// Not a byte leaves, and the connection is reset.
  case reset
  /// The head promises everything, so many bytes of the body leave, and the connection is closed.
  case truncated(bytes: Int)
  /// The body leaves in pieces of so many bytes, one each so many milliseconds.
  case drip(bytes: Int, everyMilliseconds: Int64)
}
