/// Runs seeds; each is a world of its own.
package enum SimulatedSeeds {
  /// Runs one seed with what of `faults` it draws.
  package static func run(
    _ seed: UInt64, faults: Set<FaultKind> = Set(FaultKind.allCases), isTracing: Bool = false,
    sabotage: Sabotage? = nil
  ) -> SeedReport {
    Simulator(
      Scenario(seed: seed, allowed: faults), isTracing: isTracing, sabotage: sabotage
    ).run()
  }
}
