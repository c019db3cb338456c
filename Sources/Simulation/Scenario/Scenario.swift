package import Domain
package import OrderRouter
package import SimulatedVenue

/// Everything about a run that is drawn before it begins; a function of the seed and of the faults
/// that are allowed, so that a seed replays exactly.
package struct Scenario: Sendable {
  /// One decision that will be proposed.
  package struct Proposal: Hashable, Sendable {
    package let at: Int64
    package let instrument: Int
    package let direction: Direction
    /// From the price to the limit, to the stop and to the first profit, in millionths.
    package let slack: Int64
    package let risk: Int64
    package let reward: Int64
    package let rungs: Int
    package let lots: Int64
    /// Whether it repeats the setup of the proposal before it on the instrument.
    package let repeatsSetup: Bool
    package let lifetime: Int64
  }

  /// Something that happens once, at a moment.
  package struct Disturbance: Hashable, Sendable {
    package let kind: FaultKind
    package let at: Int64
    package let until: Int64
    package let instrument: Int
    /// Meaning depends on the kind.
    package let amount: Int64
  }

  package let seed: UInt64
  package let faults: Set<FaultKind>
  package let contracts: [VenueContract]
  package let settings: RouterSettings
  package let policies: VenuePolicies
  package let proposals: [Proposal]
  package let crashes: [CrashPlan]
  package let disturbances: [Disturbance]
  /// Requests of a thousand that meet a fault, and frames of a thousand.
  package let requestFaults: Int64
  package let frameFaults: Int64
  /// Commits of ten thousand that fail.
  package let commitFaults: Int64
  /// From here on nothing breaks any more.
  package let healAt: Int64
  /// Of a price, in one step, in millionths.
  package let volatility: Double
  package let usesLedger: Bool
  package let hasStream: Bool
  /// Whether the venue tells no amount of triggers that nothing has touched.
  package let hidesTriggerSize: Bool
  /// Whether positions are closed by an operator in the end, or by the market.
  package let operatorFlattens: Bool
}
