import Domain
import RiskGate
import SignalService
import Simulation

extension BacktestSettings {
  /// Half a percent at the stop, 50 000 USD, four positions, and no other limit that could bind:
  /// what is computed by hand is the trade, not the gate.
  static func plain(kinds: [StrategyKind]) -> BacktestSettings {
    var settings = BacktestSettings(kinds: kinds)
    let kept: [RiskLimitID] = [
      .maximumNotional, .maximumPositions, .collar, .minimumStop, .stale, .staleAccount,
      .clockSkew, .liquidationProxy,
    ]
    for row in RiskLimit.all where !kept.contains(row.id) {
      settings.limits[row.id] = row.tighter == .lower ? 4_000_000_000_000_000_000 : 0
    }
    settings.limits[.riskPerTrade] = 500_000
    return settings
  }
}
