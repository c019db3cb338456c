package import Domain

/// A strategy that can be run: its name, what it listens to, and how one is made for an instrument.
package struct StrategyKind: Sendable {
  package let id: StrategyID
  package let timeframes: [Timeframe]
  /// The instruments it runs on; nil is every one.
  package var instruments: Set<InstrumentID>?
  package let make: @Sendable (InstrumentID) -> any Strategy

  package init(
    _ id: StrategyID, timeframes: [Timeframe],
    make: @escaping @Sendable (InstrumentID) -> any Strategy
  ) {
    self.id = id
    self.timeframes = timeframes
    self.make = make
  }

  package func runs(on instrument: InstrumentID) -> Bool {
    instruments?.contains(instrument) ?? true
  }
}
