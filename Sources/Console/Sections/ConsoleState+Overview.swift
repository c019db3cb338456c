import Daemon
import Domain

// What an operator looks at first.
extension ConsoleState {
  /// Answers older than this say how old they are, and are no answers for `/health`.
  static let answersAreStaleAfter: Int64 = 5000

  func overview(now: Int64) -> JSON {
    let status = pipeline.status
    return [
      "now": .integer(now), "profile": JSON(status?.profile.rawValue),
      "account": JSON(status?.account), "build": JSON(status?.build),
      "uptime_s": JSON(status?.uptimeSeconds), "state": .string(status?.state ?? "unknown"),
      "status_age_ms": age(pipeline.statusAt, now), "router_age_ms": age(pipeline.routerAt, now),
      "trading_state": .string(tradingState), "phase": JSON(pipeline.router?.phase),
      "latch": latch, "alerts": .array(alerts(now: now).map(\.json)),
      "stages": .array((status?.stages ?? []).map { stage($0, now) }),
      "router": routerCounts, "equity": JSON(equity), "drawdown": .number(profit.drawdown),
      "largest_drawdown": .number(profit.largestDrawdown),
      "realised": JSON(realised), "unrealised": JSON(unrealised),
      "positions_age_ms": age(pipeline.positionsAt, now),
      "positions": .array(pipeline.positions.map { position($0) }),
      "open_orders": .array(pipeline.openOrders.prefix(100).map { openOrder($0) }),
      "candle": JSON(pipeline.word("market-data", "last_candle")),
      "actions": .bool(settings.hasActions),
    ]
  }

  var tradingState: String {
    pipeline.router?.tradingState ?? pipeline.word("order-router", "trading_state") ?? "unknown"
  }

  private var equity: String? {
    ledger.account?.equity.description ?? pipeline.router?.equity
  }

  func age(_ at: Int64, _ now: Int64) -> JSON { at == 0 ? .null : .integer(max(0, now - at)) }

  private var latch: JSON {
    guard let latch = pipeline.latch else { return .null }
    return [
      "active": .bool(latch.isActive), "unreadable": JSON(latch.unreadable),
      "pending": .array(pipeline.pendingKill.map { .string($0) }),
      "entries": .array(
        latch.entries.map { entry in
          [
            "scope": .string(entry.scope), "by": .string(entry.by),
            "reason": .string(entry.reason), "since": .integer(entry.since),
            "flatten": .bool(entry.flatten),
          ]
        }),
    ]
  }

  private var routerCounts: JSON {
    guard let router = pipeline.router else { return .null }
    return [
      "open_intents": JSON(router.openIntents), "unknown": JSON(router.unknown),
      "held": JSON(router.held), "unprotected": JSON(router.unprotected),
      "frozen": JSON(router.frozen), "locks": JSON(router.locks),
      "intents": JSON(router.intentHashes),
    ]
  }

  private func stage(_ stage: PipelineStatus.Stage, _ now: Int64) -> JSON {
    let usage = pipeline.usage[stage.name]
    return [
      "name": .string(stage.name), "state": .string(stage.state),
      "pid": JSON(stage.pid.map { Int64($0) }),
      "generation": .integer(Int64(clamping: stage.generation)),
      "restarts": .integer(Int64(stage.restarts)),
      "heartbeat_ms": JSON(stage.heartbeatAgeMilliseconds),
      "resident": JSON(usage?.residentBytes), "cpu_s": JSON(usage?.cpuSeconds),
      "status": .object(stage.status.sorted { $0.key < $1.key }.map { ($0, .string($1)) }),
    ]
  }

  private func position(_ row: PipelineView.PositionRow) -> JSON {
    guard let id = InstrumentID(row.instrument) else { return .null }
    let mark = market.mark(id)
    let average = averagePrice(id)
    let sign: Double = row.direction == "long" ? 1 : -1
    let stop = row.stopPrice.flatMap { Double($0) }
    let markNumber = mark.flatMap { market.number($0, id) }
    let distance = stop.flatMap { stop in markNumber.map { (($0 - stop) / $0) * sign * 100 } }
    return [
      "instrument": .string(id.symbol), "direction": .string(row.direction),
      "quantity": .string(row.quantity), "stop_quantity": .string(row.stopQuantity),
      "protected": .bool(row.protected), "opened_at": .string(row.openedAt),
      "mark": JSON(mark.map { market.text($0, id) }), "average": JSON(average),
      "stop": JSON(row.stopPrice), "stop_distance_pct": JSON(distance),
      "unrealised": JSON(unrealised(id)),
      "notional": JSON(mark.flatMap { market.notional($0, lots: row.quantityLots, id) }),
      "intent": .string(row.intent),
      "signal": JSON(
        IntentHash(hexadecimal: row.intent).flatMap { ledger.intents[$0]?.signal?.text }),
    ]
  }

  private func openOrder(_ row: PipelineView.OrderRow) -> JSON {
    [
      "id": .string(row.clientOrderId), "role": .string(row.role),
      "instrument": .string(row.instrument), "side": .string(row.side),
      "type": .string(row.type), "quantity": .string(row.quantity),
      "filled": .string(row.filled), "price": JSON(row.price), "status": .string(row.status),
      "text": .string(row.text), "change": JSON(row.change), "sent": .integer(row.sentMs),
    ]
  }

  // MARK: - Profit

  /// Of what is open, at cost; nil when unknown.
  func averagePrice(_ id: InstrumentID) -> Double? {
    guard let ticks = profit.averageTicks(id), let size = market.instruments[id]?.tickSize else {
      return nil
    }
    return ticks * size.double
  }

  /// Nil when cost or mark is unknown.
  func unrealised(_ id: InstrumentID) -> Double? {
    guard let average = averagePrice(id), let lot = profit.lots[id],
      let mark = market.mark(id).flatMap({ market.number($0, id) }),
      let quantity = market.number(lots: lot.signedLots, id)
    else { return nil }
    return (mark - average) * quantity * Double(lot.signedLots.signum())
  }

  /// Of everything that is open; nil when one part is unknown.
  var unrealised: Double? {
    var sum = 0.0
    for (id, lot) in profit.lots where lot.signedLots != 0 {
      guard let part = unrealised(id) else { return nil }
      sum += part
    }
    return sum
  }

  func realised(_ id: InstrumentID) -> Double? {
    guard let lot = profit.lots[id], let instrument = market.instruments[id] else { return nil }
    return lot.realised * instrument.tickSize.double * instrument.lotSize.double
  }

  /// Of all fills that were heard, before fees; nil when an instrument is not known.
  var realised: Double? {
    var sum = 0.0
    for id in profit.lots.keys {
      guard let part = realised(id) else { return nil }
      sum += part
    }
    return sum
  }

  func curve() -> JSON {
    .array(
      profit.thinned(400).map { [.integer($0.at), .number(Double($0.micros) / 1_000_000)] })
  }
}
