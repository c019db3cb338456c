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
  /// Whether what the scopes cover is closed too.
  package let flattens: Bool
  /// Who, when and why; for people.
  package let text: String

  package static let clear = LatchView(scopes: [], flattens: false, text: "")

  package init(scopes: [Scope], flattens: Bool, text: String) {
    self.scopes = scopes
    self.flattens = flattens
    self.text = text
  }

  package var isActive: Bool { !scopes.isEmpty }

  /// Whether an order of `strategy` on `instrument` is stopped; a position without a known strategy
  /// is covered by its instrument or by everything.
  package func covers(_ strategy: StrategyID?, _ instrument: InstrumentID) -> Bool {
    scopes.contains { scope in
      switch scope {
      case .everything: true
      case .strategy(let name): name == strategy
      case .instrument(let id): id == instrument
      }
    }
  }
}
