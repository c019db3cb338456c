/// How a position in one instrument is margined at the venue.
package enum MarginMode: Hashable, Sendable {
  /// The whole account stands behind it; the margin tiers alone bound the leverage.
  case cross
  /// Its own margin stands behind it, at this leverage at the most.
  case isolated(maxLeverage: ExactDecimal)
}

/// The margin mode of every instrument of the account, as read in one answer.
package struct MarginModes: Hashable, Sendable {
  /// Those that are not cross-margined, with their greatest leverage.
  package let isolated: [InstrumentID: ExactDecimal]

  package init(isolated: [InstrumentID: ExactDecimal]) {
    self.isolated = isolated
  }

  /// The venue lists isolated instruments only: one that is not listed is cross-margined.
  package func mode(of instrument: InstrumentID) -> MarginMode {
    isolated[instrument].map { .isolated(maxLeverage: $0) } ?? .cross
  }

  /// Why an entry on `instrument` has to be refused; nil when the account is set as `wanted`.
  package func objection(to instrument: InstrumentID, wanted: MarginMode) -> String? {
    let found = mode(of: instrument)
    return found == wanted ? nil : "\(instrument) is \(found) at the venue, not \(wanted)"
  }
}

extension MarginMode: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cross: "cross-margined"
    case .isolated(let leverage): "isolated at \(leverage)x"
    }
  }
}
