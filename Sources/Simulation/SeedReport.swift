/// What one seed came to.
package struct SeedReport: Sendable {
  package let seed: UInt64
  /// What the judge found, each with the virtual moment; empty is a pass.
  package let findings: [String]
  package let tally: SeedTally
  /// Lines of what happened, when asked for.
  package let trace: [String]
  /// A digest of everything that happened: the same seed has the same one.
  package let digest: UInt64

  package var passed: Bool { findings.isEmpty }
}
