import Domain
import SimulatedVenue

/// One contract as it is played: the bar that forms, the one after it, what has closed.
///
/// An object, because it is read on each turn of a bar and a value would be copied then.
///
/// Invariant: of the market's future it holds the bar that forms and the next one, and shows
/// strategies neither.
final class BacktestLane {
  let contract: VenueContract
  let timeframe: Timeframe
  var market: StreamedMarket
  /// Hour of the funding rate that was set last.
  var rateHour: Int64 = -1
  /// Newest closed candle of each length that strategies have heard.
  var heard: [Timeframe: Candle] = [:]
  private(set) var outline = PriceOutline()
  private(set) var bars = 0
  private(set) var gaps = 0
  private(set) var missing: Int64 = 0
  private(set) var first: MarketTime?
  private(set) var last: MarketTime?
  private let candles: any CandleSource
  private let marks: (any CandleSource)?
  private let wantsBase: Bool
  private var sums: [CandleSum]
  private var current: Candle?
  private var next: Candle?
  private var nextMark: Candle?
  private let end: MarketTime?

  init(
    _ contract: BacktestContract, _ settings: BacktestSettings, wanted: Set<Timeframe>
  ) throws {
    self.contract = contract.contract.charging(
      taker: settings.takerFee, maker: settings.makerFee)
    end = settings.end
    timeframe = contract.timeframe
    market = StreamedMarket(
      contract: self.contract, timeframe: contract.timeframe, seed: contract.seed,
      funding: contract.funding)
    candles = contract.candles
    marks = contract.marks
    wantsBase = wanted.contains(contract.timeframe)
    sums = wanted.filter { $0.milliseconds > contract.timeframe.milliseconds }
      .sorted { $0.milliseconds < $1.milliseconds }.map { CandleSum($0) }
    next = try read()
    nextMark = try marks?.next()
  }

  var id: InstrumentID { contract.id }
  var fraction: Double { candles.fraction }

  /// When a bar closes or opens next; nil when the market is over.
  var edge: Int64? {
    (current?.closeTime ?? next?.openTime)?.milliseconds
  }

  /// Moves past `edge`; what closed by it, shorter candles first.
  func turn(at edge: Int64, _ closed: inout [Candle]) throws {
    if let candle = current, candle.closeTime.milliseconds == edge {
      current = nil
      last = candle.closeTime
      outline.add(candle)
      if wantsBase { closed.append(candle) }
      for index in sums.indices {
        if let sum = sums[index].add(candle) { closed.append(sum) }
      }
    }
    guard let opening = next, opening.openTime.milliseconds == edge else { return }
    for index in sums.indices {
      if let sum = sums[index].flush(before: opening.openTime) { closed.append(sum) }
    }
    market.open(Bar(opening), mark: try mark(of: opening).map { Bar($0) })
    current = opening
    count(opening)
    next = try read()
  }

  private func count(_ opening: Candle) {
    if let last, last < opening.openTime {
      gaps += 1
      missing += (opening.openTime.milliseconds - last.milliseconds) / timeframe.milliseconds
    }
    first = first ?? opening.openTime
    bars += 1
  }

  private func read() throws -> Candle? {
    guard let candle = try candles.next() else { return nil }
    if let end, candle.closeTime > end { return nil }
    return candle
  }

  private func mark(of candle: Candle) throws -> Candle? {
    while let mark = nextMark, mark.openTime < candle.openTime { nextMark = try marks?.next() }
    return nextMark?.openTime == candle.openTime ? nextMark : nil
  }
}
