/// The strategy of one variant on one instrument, evaluation by evaluation.
package enum SmcEngine: Sendable {
  case reference(ReferenceEngine)
  case corrected(CorrectedEngine)

  package init(_ parameters: SmcParameters, _ variant: SmcVariant, scale: PriceScale) {
    switch variant {
    case .reference: self = .reference(ReferenceEngine(parameters, scale: scale))
    case .corrected: self = .corrected(CorrectedEngine(parameters, scale: scale))
    }
  }

  package mutating func evaluate(_ windows: SmcWindows) -> SmcEvaluation {
    switch self {
    case .reference(var engine):
      let result = engine.evaluate(windows)
      self = .reference(engine)
      return result
    case .corrected(var engine):
      let result = engine.evaluate(windows)
      self = .corrected(engine)
      return result
    }
  }
}
