/// What one evaluation sees: the newest closed bars of each timeframe, 300 at most.
package struct SmcWindows: Sendable {
  /// Bars of each window: part of the strategy, because the means are seeded by the first one.
  package static let bars = 300

  package let quarters: BarWindow
  package let hours: BarWindow
  /// Whether there is a bar of four hours; the reference asks no more of them.
  package let hasFourHours: Bool
  package let days: BarWindow

  package init(quarters: BarWindow, hours: BarWindow, hasFourHours: Bool, days: BarWindow) {
    self.quarters = quarters
    self.hours = hours
    self.hasFourHours = hasFourHours
    self.days = days
  }
}
