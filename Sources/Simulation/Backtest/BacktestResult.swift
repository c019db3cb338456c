package import Domain
import Ledger
import SimulatedVenue

/// Everything that a backtest came to.
package struct BacktestResult: Sendable {
  /// One contract's candles as they were played.
  package struct Market: Hashable, Sendable {
    package let instrument: Instrument
    package let timeframe: Timeframe
    package let bars: Int
    package let gaps: Int
    package let missing: Int64
    package let first: Int64
    package let last: Int64
    package let outline: PriceOutline
  }

  package let markets: [Market]
  package let tally: BacktestTally
  package let trades: [BacktestTrade]
  package let equity: EquityCurve
  /// Empty unless it was to be kept.
  package let journal: TradeJournal
  package let writtenOff: Money
  package let loose: Money
  package let finalBalance: Money
  /// Per market the lots that resting stops would close at the end.
  package let stopCover: [Int64]
  /// Events of the ledger and the hash of the newest, which stands for all of them.
  package let events: Int64
  package let chainHash: String

  init(_ run: Backtest) {
    markets = run.lanes.map { lane in
      Market(
        instrument: lane.contract.instrument, timeframe: lane.timeframe, bars: lane.bars,
        gaps: lane.gaps, missing: lane.missing, first: lane.first?.milliseconds ?? 0,
        last: lane.last?.milliseconds ?? 0, outline: lane.outline)
    }
    tally = run.tally
    trades = run.trades.trades
    equity = run.equity
    journal = run.journal
    writtenOff = run.trades.writtenOff
    loose = run.trades.loose
    finalBalance = run.desk.book.balance
    stopCover = run.lanes.map { run.desk.book.stopCover($0.id).lots }
    events = run.ledger.newestEvent
    chainHash = Hexadecimal.text(run.ledger.chainHash)
  }

  package var bars: Int { markets.reduce(0) { $0 + $1.bars } }
}
