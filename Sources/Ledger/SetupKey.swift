package import Domain

/// What decisions about one setup share, whenever they were made.
package struct SetupKey: Hashable, Sendable {
  private let instrument: InstrumentID
  private let strategy: StrategyID
  private let direction: Direction
  private let setup: SetupID

  package init(_ signal: Signal) {
    instrument = signal.instrument
    strategy = signal.strategy
    direction = signal.direction
    setup = signal.setup
  }
}
