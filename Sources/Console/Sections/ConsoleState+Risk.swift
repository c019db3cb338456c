import Daemon
import Domain

/// One limit: where it stands, and how much room is left.
struct LimitReading {
  let key: String
  let title: String
  let unit: String
  /// Nil when it is judged for each signal alone, or unknown.
  let value: Double?
  let bound: Double
  /// Whether more is worse; else less is.
  var isCeiling = true

  /// Share that is left, 0 to 1: of the bound, or of the value where the bound is a floor.
  var headroom: Double? {
    guard let value, bound > 0 else { return nil }
    let left = isCeiling ? (bound - value) / bound : value > 0 ? (value - bound) / value : 0
    return max(0, min(1, left))
  }
}

// The limits, with what this process can know of their values.
extension ConsoleState {
  /// What router and gate say of their controls; what can be told without them, when they do not.
  var limits: [LimitReading] {
    let told = pipeline.risk.rows.compactMap(\.reading)
    return told.isEmpty ? derived : told
  }

  private var derived: [LimitReading] {
    let positions = pipeline.positions.count
    let largest = pipeline.positions.compactMap { row -> Double? in
      guard let id = InstrumentID(row.instrument), let mark = market.mark(id) else { return nil }
      return market.notional(mark, lots: row.quantityLots, id)
    }.max()
    let isKnown = pipeline.positionsAt > 0
    return [
      LimitReading(
        key: "max_positions", title: "Positions and pending entries", unit: "positions",
        value: isKnown ? Double(max(positions, pipeline.router?.openIntents ?? 0)) : nil,
        bound: Double(risk.maximumPositions)),
      LimitReading(
        key: "max_notional_usd", title: "Largest position", unit: "usd",
        value: isKnown ? largest ?? 0 : nil, bound: Double(risk.maximumNotionalUSD)),
      LimitReading(
        key: "risk_per_trade_pct", title: "Equity lost when a stop is hit", unit: "percent",
        value: largestRisk, bound: risk.riskPerTradePercent),
      LimitReading(
        key: "collar_pct", title: "Entry this far from the mark at most", unit: "percent",
        value: nil, bound: risk.collarPercent),
      LimitReading(
        key: "min_stop_pct", title: "Stop this far from the entry at least", unit: "percent",
        value: nil, bound: risk.minimumStopPercent, isCeiling: false),
      LimitReading(
        key: "stale_after_ms", title: "Age of the oldest price", unit: "ms",
        value: oldestPriceAge.map(Double.init), bound: Double(risk.staleAfterMilliseconds)),
    ]
  }

  private var oldestPriceAge: Int64? {
    guard pipeline.statusAt > 0 else { return nil }
    return market.rows.values.filter { $0.ticker != nil }
      .map { max(0, pipeline.statusAt - $0.readAt) }.max()
  }

  /// Of the open positions, the largest loss from cost to stop, as a share of equity.
  private var largestRisk: Double? {
    guard let equity = ledger.account?.equity.decimal.double, equity > 0 else { return nil }
    var largest = 0.0
    for row in pipeline.positions {
      guard let id = InstrumentID(row.instrument), let average = averagePrice(id),
        let stop = row.stopPrice.flatMap({ Double($0) }),
        let quantity = market.number(lots: row.quantityLots, id)
      else { return nil }
      let sign: Double = row.direction == "long" ? 1 : -1
      largest = max(largest, (average - stop) * sign * quantity / equity * 100)
    }
    return largest
  }

  func riskSection() -> JSON {
    let limits = limits.map { limit -> JSON in
      [
        "key": .string(limit.key), "title": .string(limit.title), "unit": .string(limit.unit),
        "value": JSON(limit.value), "bound": .number(limit.bound),
        "ceiling": .bool(limit.isCeiling), "headroom": JSON(limit.headroom),
      ]
    }
    return [
      "limits": .array(limits), "missing": JSON(pipeline.word("risk-gate", "missing")),
      "denied": JSON(pipeline.count("risk-gate", "denied")),
      "locks": JSON(pipeline.router?.locks), "frozen": JSON(pipeline.router?.frozen),
      "locked": .array(
        Set(pipeline.openOrders.map(\.instrument)).sorted().map { .string($0) }),
      "exposure": .array(exposure), "told": .bool(pipeline.risk.isKnown),
      "controls": .array(controls), "restraints": .array(restraints), "figures": figures,
    ]
  }

  private var controls: [JSON] {
    pipeline.risk.rows.map { row in
      [
        "control": .string(row.control), "value": .string(row.value),
        "bound": .string(row.bound), "headroom": .string(row.headroom), "ok": .bool(row.ok),
        "room": JSON(row.reading?.headroom),
      ]
    }
  }

  private var restraints: [JSON] {
    (pipeline.risk.router?.locks ?? []).map { lock in
      [
        "kind": .string(lock.kind), "scope": .string(lock.scope), "until": .string(lock.until),
        "remaining_s": .integer(lock.remainingS), "why": .string(lock.why),
        "by": .string(lock.by),
      ]
    }
  }

  private var figures: JSON {
    guard let router = pipeline.risk.router else { return .null }
    return [
      "state": JSON(router.measuredState), "why": JSON(router.measuredWhy),
      "day_start": JSON(router.dayStartEquity), "day_realised": JSON(router.dayRealised),
      "peak": JSON(router.peakEquity),
    ]
  }

  private var exposure: [JSON] {
    ledger.positions.values.filter { !$0.isFlat }.sorted { $0.instrument < $1.instrument }.map {
      position in
      let id = position.instrument
      let notional = market.mark(id).flatMap { market.notional($0, lots: position.signedLots, id) }
      return [
        "instrument": .string(id.symbol), "direction": JSON(position.direction?.rawValue),
        "notional": JSON(notional),
      ]
    }
  }
}
