/// The newest bars of a series, oldest first, counted from 0.
package struct BarWindow: RandomAccessCollection, Sendable {
  private let bars: ArraySlice<Bar>

  /// The `most` newest of the first `end` bars.
  package init(_ bars: [Bar], end: Int, most: Int) {
    let end = Swift.min(Swift.max(0, end), bars.count)
    self.bars = bars[Swift.max(0, end - most)..<end]
  }

  package init(_ bars: [Bar]) {
    self.bars = bars[...]
  }

  private init(slice: ArraySlice<Bar>) {
    bars = slice
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { bars.count }

  package subscript(index: Int) -> Bar { bars[bars.startIndex + index] }

  /// The `count` newest, or all there are.
  package func newest(_ count: Int) -> BarWindow {
    BarWindow(slice: bars.suffix(Swift.max(0, count)))
  }

  /// All but the `count` newest.
  package func without(newest count: Int) -> BarWindow {
    BarWindow(slice: bars.dropLast(Swift.max(0, count)))
  }

  package var highest: Int64? { bars.lazy.map(\.high).max() }
  package var lowest: Int64? { bars.lazy.map(\.low).min() }
}
