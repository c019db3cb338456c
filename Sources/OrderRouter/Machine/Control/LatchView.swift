package import Domain

/// The kill latch as the router sees it: what is stopped, and whether positions go too.
package struct LatchView: Hashable, Sendable {
  /// One thing that is stopped.
  package enum Scope: Hashable, Sendable {
    case everything
    case strategy(StrategyID)
    case instrument(InstrumentID)
  }

  package let scopes: [Scope]
  /// Those of them whose positions are closed too.
  package let flattening: [Scope]
  /// Those of them where positions are closed too that are not ours.
  package let foreign: [Scope]
  /// Who, when and why; for people.
  package let text: String

  package static let clear = LatchView(scopes: [], flattens: false, text: "")

  package init(scopes: [Scope], flattening: [Scope], foreign: [Scope] = [], text: String) {
    self.scopes = scopes
    self.flattening = flattening
    self.foreign = foreign
    self.text = text
  }

  /// All scopes are closed too, or none.
  package init(scopes: [Scope], flattens: Bool, text: String) {
    self.init(scopes: scopes, flattening: flattens ? scopes : [], text: text)
  }

  package var isActive: Bool { !scopes.isEmpty }

  /// Whether an order of `strategy` on `instrument` is stopped; a position without a known strategy
  /// is covered by its instrument or by everything.
  package func covers(_ strategy: StrategyID?, _ instrument: InstrumentID) -> Bool {
    scopes.contains { $0.covers(strategy, instrument) }
  }

  /// Whether such a position is closed.
  package func closes(_ strategy: StrategyID?, _ instrument: InstrumentID) -> Bool {
    flattening.contains { $0.covers(strategy, instrument) }
  }

  /// Whether a position there that is not ours is closed.
  package func closesForeign(_ instrument: InstrumentID) -> Bool {
    foreign.contains { $0.covers(nil, instrument) }
  }
}

extension LatchView.Scope {
  fileprivate func covers(_ strategy: StrategyID?, _ instrument: InstrumentID) -> Bool {
    switch self {
    case .everything: true
    case .strategy(let name): name == strategy
    case .instrument(let id): id == instrument
    }
  }
}
