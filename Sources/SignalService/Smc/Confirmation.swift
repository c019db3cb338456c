import Domain

/// Whether a market that broke a price has stayed beyond it.
enum Confirmation {
  /// The last `count` bars all stay within half a percent of `breakPrice` or beyond it.
  static func holds(
    _ bars: BarWindow, _ direction: Direction, breakPrice: Int64, count: Int
  ) -> Bool {
    guard bars.count >= count else { return false }
    return bars.newest(count).allSatisfy { bar in
      direction == .long
        ? Int128(bar.low) * 1000 >= Int128(breakPrice) * 995
        : Int128(bar.high) * 1000 <= Int128(breakPrice) * 1005
    }
  }
}
