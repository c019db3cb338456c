/// Which rules the smart-money strategy follows.
package enum SmcVariant: String, CaseIterable, Hashable, Sendable {
  /// The system that is replaced, with its mistakes: to prove the port and compare with history.
  case reference
  /// What is traded; docs/strategy-smc.md lists each difference.
  case corrected
}
