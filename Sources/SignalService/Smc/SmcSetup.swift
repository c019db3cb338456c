/// What an entry rests on, and how wide its stop stands for it.
package enum SmcSetup: String, Hashable, Sendable {
  case orderBlock = "ob"
  case fairValueGap = "fvg"
  case structureBreak = "bos"
  case trend

  package var regime: String { isTight ? "tight_smc" : "wide_structure" }

  package var isTight: Bool {
    switch self {
    case .orderBlock, .fairValueGap: true
    case .structureBreak, .trend: false
    }
  }
}
