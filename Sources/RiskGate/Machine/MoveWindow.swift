import Domain

/// The highest and the lowest mark within a stretch of market time, in sixty pieces.
///
/// Market time that goes back, after another market was begun, begins it anew.
struct MoveWindow: Hashable, Sendable {
  private static let pieces = 60

  private struct Piece: Hashable, Sendable {
    let number: Int64
    var low: Int64
    var high: Int64
  }

  private let length: Int64
  /// Oldest first.
  private var pieces: [Piece] = []
  /// (highest − lowest) ÷ lowest as a share, rounded up; nil before the first mark.
  private(set) var move: Int64?

  init(milliseconds: Int64) {
    length = max(1, milliseconds / Int64(Self.pieces))
  }

  mutating func take(_ mark: Int64, at time: MarketTime) {
    guard mark > 0 else { return }
    let number = time.milliseconds / length
    if let last = pieces.last, number < last.number { pieces = [] }
    if let last = pieces.indices.last, pieces[last].number == number {
      pieces[last].low = min(pieces[last].low, mark)
      pieces[last].high = max(pieces[last].high, mark)
    } else {
      pieces.removeAll { $0.number <= number - Int64(Self.pieces) }
      pieces.append(Piece(number: number, low: mark, high: mark))
    }
    let low = pieces.reduce(Int64.max) { min($0, $1.low) }
    let high = pieces.reduce(Int64(0)) { max($0, $1.high) }
    move = Share.of(high - low, low, .up)
  }
}
