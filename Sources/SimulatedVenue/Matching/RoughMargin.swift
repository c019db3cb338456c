import Domain

/// Sums over all positions that cost the same however many there are.
///
/// Only the contract that moved or traded is valued anew. The sums leave out collateral, which only
/// adds, and funding of the hour that runs; they answer one question, whether the account is so far
/// from liquidation that it need not be looked at closely.
struct RoughMargin: Hashable, Sendable {
  private struct Part: Hashable, Sendable {
    let unrealised: Money
    let maintenance: Money
  }

  private var parts: [InstrumentID: Part] = [:]
  private var unrealised = Money.zero
  private var maintenance = Money.zero

  /// The position of one contract is worth this now; nothing when there is none.
  mutating func set(_ id: InstrumentID, unrealised: Money, maintenance: Money) {
    if let old = parts[id] {
      self.unrealised = self.unrealised - old.unrealised
      self.maintenance = self.maintenance - old.maintenance
    }
    let isEmpty = unrealised == .zero && maintenance == .zero
    parts[id] = isEmpty ? nil : Part(unrealised: unrealised, maintenance: maintenance)
    self.unrealised = self.unrealised + unrealised
    self.maintenance = self.maintenance + maintenance
  }

  /// Whether an account with this balance has more than twice what it needs.
  func isFar(balance: Money) -> Bool {
    parts.isEmpty || balance + unrealised > maintenance + maintenance
  }
}
