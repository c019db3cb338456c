import Domain

/// A whole series of quarter-hours and the longer bars made of it, for evaluation hour by hour.
///
/// Bars of an hour, four hours and a day are groups of 4, 16 and 96 rows counted from the first
/// row, complete groups only; a bar's time is that of its first row.
package struct SmcSeries: Sendable {
  package static let quartersAnHour = 4
  package static let quartersFourHours = 16
  package static let quartersADay = 96

  package let quarters: [Bar]
  package let hours: [Bar]
  package let days: [Bar]
  package let scale: PriceScale

  package init(quarters: [Bar], scale: PriceScale) {
    self.quarters = quarters
    self.scale = scale
    hours = Bar.grouped(quarters, by: Self.quartersAnHour, scale: scale)
    days = Bar.grouped(quarters, by: Self.quartersADay, scale: scale)
  }

  /// What was closed when hour `index`, counted from 0, had closed.
  package func windows(hour index: Int) -> SmcWindows {
    let closed = index + 1
    let most = SmcWindows.bars
    return SmcWindows(
      quarters: BarWindow(quarters, end: Self.quartersAnHour * closed, most: most),
      hours: BarWindow(hours, end: closed, most: most),
      hasFourHours: closed >= Self.quartersFourHours / Self.quartersAnHour,
      days: BarWindow(
        days, end: closed / (Self.quartersADay / Self.quartersAnHour), most: most))
  }
}
