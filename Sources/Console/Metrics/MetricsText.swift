import Daemon
import Domain

/// Everything `/metrics` says; docs/metrics.md lists the names.
struct MetricsText {
  let state: ConsoleState
  private let now: Int64
  private let refused: [String: UInt64]
  var writer: MetricsWriter

  init(state: ConsoleState, now: Int64, refused: [String: UInt64], isOpenMetrics: Bool) {
    self.state = state
    self.now = now
    self.refused = refused
    writer = MetricsWriter(isOpenMetrics: isOpenMetrics)
    stages()
    trading()
    venue()
    streams()
    decisions()
    money()
    limits()
    console()
    writer.end()
  }

  var text: String { String(decoding: writer.bytes, as: UTF8.self) }

  private static func flag(_ value: Bool) -> Double { value ? 1 : 0 }

  private func seconds(since at: Int64) -> Double? {
    at == 0 ? nil : Double(max(0, now - at)) / 1000
  }

  // MARK: - Stages

  private mutating func stages() {
    guard let status = state.pipeline.status else { return }
    writer.family(
      "interlock_build_info", .gauge, "Build, profile and account of the pipeline; always 1.",
      [
        (
          [
            ("build", status.build), ("profile", status.profile.rawValue),
            ("account", status.account),
          ], 1
        )
      ])
    let stages = status.stages
    writer.family(
      "interlock_stage_up", .gauge, "Whether the stage is ready.",
      stages.map { ([("stage", $0.name)], Self.flag($0.state == "ready")) })
    writer.family(
      "interlock_stage_restarts_total", .counter,
      "Starts of the stage beyond its first under this supervisor.",
      stages.map { ([("stage", $0.name)], Double($0.restarts)) })
    writer.family(
      "interlock_stage_heartbeat_age_seconds", .gauge,
      "Time since the stage was last heard by the supervisor.",
      stages.compactMap { stage in
        stage.heartbeatAgeMilliseconds.map { ([("stage", stage.name)], Double($0) / 1000) }
      })
    let usage = state.pipeline.usage.sorted { $0.key < $1.key }
    writer.family(
      "interlock_stage_resident_memory_bytes", .gauge, "Resident memory of the process.",
      usage.map { ([("stage", $0.key)], Double($0.value.residentBytes)) })
    writer.family(
      "interlock_stage_cpu_seconds_total", .counter,
      "Processor time of the process since its start.",
      usage.map { ([("stage", $0.key)], $0.value.cpuSeconds) })
    writer.family(
      "interlock_pipeline_state", .gauge, "1 for the state the supervisor is in.",
      ["starting", "running", "halted", "draining"].map {
        ([("state", $0)], Self.flag(status.state == $0))
      })
    writer.family(
      "interlock_answer_age_seconds", .gauge,
      "Time since the process last answered on its control socket.",
      [("supervisor", state.pipeline.statusAt), ("order-router", state.pipeline.routerAt)]
        .compactMap { name, at in seconds(since: at).map { ([("stage", name)], $0) } })
  }

  // MARK: - Trading

  private mutating func trading() {
    writer.family(
      "interlock_trading_state", .gauge, "1 for the trading state of the router.",
      TradingState.allCases.map {
        ([("state", $0.rawValue)], Self.flag(state.tradingState == $0.rawValue))
      })
    if let latch = state.pipeline.latch {
      writer.family(
        "interlock_kill_switch_active", .gauge, "Whether the kill latch is set or unreadable.",
        Self.flag(latch.isActive))
      writer.family(
        "interlock_kill_switch_pending", .gauge, "What of a kill the venue does not show yet.",
        Double(state.pipeline.pendingKill.count))
    }
    guard let router = state.pipeline.router else { return }
    let gauges: [(String, String, Int)] = [
      ("interlock_open_intents", "Intents that are not over.", router.openIntents),
      ("interlock_unknown_orders", "Orders whose fate is being asked for.", router.unknown),
      ("interlock_held_orders", "Orders that wait for a person.", router.held),
      (
        "interlock_unprotected_positions",
        "Positions without a full stop past the time a stop is given.", router.unprotected
      ),
      ("interlock_frozen_instruments", "Instruments that take no entries.", router.frozen),
      ("interlock_symbol_locks", "Instruments with an intent that is not over.", router.locks),
    ]
    for (name, help, value) in gauges { writer.family(name, .gauge, help, Double(value)) }
    writer.family(
      "interlock_open_orders", .gauge, "Orders that are not over, by role and status.",
      Dictionary(grouping: state.pipeline.openOrders) { [$0.role, $0.status] }
        .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        .map { ([("role", $0.key[0]), ("status", $0.key[1])], Double($0.value.count)) })
  }

  // MARK: - Streams

  private mutating func streams() {
    let sources = state.streams.sources.sorted { $0.key < $1.key }
    writer.family(
      "interlock_stream_messages_total", .counter, "Messages heard of the publisher.",
      sources.map { ([("source", $0.key)], Double($0.value.messages)) })
    writer.family(
      "interlock_stream_missed_messages_total", .counter,
      "Messages of the publisher that were lost on the way to the console.",
      sources.map { name, source in
        ([("source", name)], Double(source.missed))
      })
    writer.family(
      "interlock_stream_age_seconds", .gauge, "Time since the publisher was last heard.",
      sources.compactMap { name, source in
        seconds(since: source.lastHeard).map { ([("source", name)], $0) }
      })
    writer.family(
      "interlock_stream_malformed_messages_total", .counter, "Frames that were not understood.",
      Double(state.streams.malformed))
    writer.family(
      "interlock_price_age_seconds", .gauge, "Age of the instrument's newest price.",
      state.market.rows.sorted { $0.key < $1.key }.compactMap { id, row in
        seconds(since: row.readAt).map { ([("instrument", id.symbol)], $0) }
      })
    writer.family(
      "interlock_market_data_stale", .gauge, "Whether market-data counts its feed as stale.",
      state.pipeline.word("market-data", "stale").map { Self.flag($0 == "true") })
  }

  // MARK: - Decisions

  private mutating func decisions() {
    let funnel = state.decisions.funnel
    writer.family(
      "interlock_signals_total", .counter, "Signals heard since the console started.",
      Double(funnel.signals))
    writer.family(
      "interlock_signals_passed_total", .counter, "Signals that passed the gate.",
      Double(funnel.passed))
    writer.family(
      "interlock_denials_total", .counter, "Reasons for which a decision was denied, by stage.",
      funnel.denied.sorted { $0.key < $1.key }.flatMap { stage, codes in
        codes.sorted { $0.key < $1.key }.map { code, count in
          ([("by", stage), ("code", code)], Double(count))
        }
      })
    writer.family(
      "interlock_intents", .gauge,
      "Entry intents among the newest 10,000 decisions, by their state.",
      state.decisions.states.sorted { $0.key < $1.key }.map {
        ([("state", $0.key)], Double($0.value))
      })
    for (name, key, help) in [
      ("interlock_ledger_intents", "intents", "Intents in the ledger."),
      ("interlock_ledger_orders", "orders", "Orders in the ledger."),
      ("interlock_ledger_fills", "fills", "Fills in the ledger."),
      ("interlock_ledger_events", "events", "Number of the newest event of the ledger."),
    ] {
      writer.family(
        name, .gauge, help, state.pipeline.count("order-router", key).map(Double.init))
    }
    writer.histogram(
      "interlock_hop_seconds", "Time of one step of a decision on its way.",
      Hop.allCases.map { ([("hop", $0.rawValue)], state.hops[$0] ?? Histogram()) })
  }

  // MARK: - Money

  private mutating func money() {
    let account = state.ledger.account
    writer.family(
      "interlock_equity_usd", .gauge, "Equity of the account as the venue counts it.",
      account?.equity.decimal.double)
    writer.family(
      "interlock_available_margin_usd", .gauge, "What new positions may use.",
      account?.availableMargin.decimal.double)
    writer.family(
      "interlock_closed_trades_total", .counter,
      "Round trips that ended since the console started, by what ended them.",
      ClosedTrade.End.allCases.map {
        ([("end", $0.rawValue)], Double(state.trades.count[$0] ?? 0))
      })
    writer.family(
      "interlock_fees_usd_total", .counter,
      "Fees of those trades as the router estimates them: turnover times its configured fee.",
      state.trades.fees)
    writer.family(
      "interlock_drawdown_ratio", .gauge,
      "Share of the highest equity the console has seen that is lost now.",
      account == nil ? nil : state.profit.drawdown)
    writer.family(
      "interlock_realised_profit_usd", .gauge,
      "Profit of closed quantities by average cost, before fees and funding.", state.realised)
    writer.family(
      "interlock_unrealised_profit_usd", .gauge, "Profit of open positions at the mark.",
      state.unrealised)
    let open = state.ledger.positions.values.filter { !$0.isFlat }
      .sorted { $0.instrument < $1.instrument }
    writer.family(
      "interlock_exposure_usd", .gauge, "Open position at the mark; negative when short.",
      open.compactMap { position in
        let id = position.instrument
        guard let mark = state.market.mark(id),
          let notional = state.market.notional(mark, lots: position.signedLots, id)
        else { return nil }
        let signed = position.signedLots < 0 ? -notional : notional
        return ([("instrument", id.symbol)], signed)
      })
  }

  private mutating func limits() {
    let limits = state.limits
    writer.family(
      "interlock_limit_bound", .gauge, "Bound of a limit, in its own unit.",
      limits.map { ([("limit", $0.key), ("unit", $0.unit)], $0.bound) })
    writer.family(
      "interlock_limit_value", .gauge, "Where a limit stands, in its own unit.",
      limits.compactMap { limit in
        limit.value.map { ([("limit", limit.key), ("unit", limit.unit)], $0) }
      })
    writer.family(
      "interlock_limit_headroom_ratio", .gauge, "Share of the bound that is left.",
      limits.compactMap { limit in limit.headroom.map { ([("limit", limit.key)], $0) } })
  }

  private mutating func console() {
    writer.family(
      "interlock_console_refused_requests_total", .counter, "Requests that were refused, by why.",
      refused.merging(RefusalLog.kinds.map { ($0, 0) }) { count, _ in count }
        .sorted { $0.key < $1.key }.map { ([("why", $0.key)], Double($0.value)) })
    writer.family(
      "interlock_ready", .gauge, "Whether /health answers 200.",
      Self.flag(state.notReady(now: now).isEmpty))
  }
}
