import Domain
import SimulatedVenue

/// The messages of the feeds of positions, money and news.
enum AccountMessages {
  /// The full list, every time.
  static func positions(
    _ view: AccountView, account: String, sequence: Int64, at now: WallTime,
    _ contracts: [InstrumentID: VenueContract]
  ) -> JSON {
    let positions = view.positions.compactMap { position in
      contracts[position.instrument].map {
        self.position(position, view.balance.marginEquity, $0)
      }
    }
    return .members([
      "feed": .text("open_positions"), "account": .text(account), "positions": .list(positions),
      "seq": .integer(sequence), "timestamp": .integer(now.milliseconds),
    ])
  }

  private static func position(
    _ position: PositionView, _ equity: Money, _ contract: VenueContract
  ) -> JSON {
    .members([
      "instrument": .text(contract.symbol),
      "balance": .number(Spelling.signed(position.signedLots, contract.instrument)),
      "pnl": Spelling.money(position.pnl), "entry_price": Spelling.money(position.entryPrice),
      "mark_price": Spelling.price(position.mark, contract.instrument),
      "index_price": Spelling.price(position.index, contract.instrument),
      "liquidation_threshold": Spelling.money(position.liquidationThreshold),
      "effective_leverage": ratio(position.notional, equity),
      "return_on_equity": ratio(position.pnl, position.initialMargin),
      "unrealized_funding": Spelling.money(position.unrealizedFunding),
      "initial_margin": Spelling.money(position.initialMargin),
      "initial_margin_with_orders": Spelling.money(position.initialMarginWithOrders),
      "maintenance_margin": Spelling.money(position.maintenanceMargin),
      "pnl_currency": .text("USD"),
    ])
  }

  static func balancesSnapshot(
    _ view: AccountView, account: String, sequence: Int64, at now: WallTime
  ) -> JSON {
    .members([
      "feed": .text("balances_snapshot"), "account": .text(account),
      // There is neither a cash wallet nor a single-collateral account here.
      "holding": .members(["USD": .number("0")]), "futures": .object([]),
      "flex_futures": flex(view, crossBalance: "balance_value"),
      "timestamp": .integer(now.milliseconds), "seq": .integer(sequence),
    ])
  }

  static func balances(
    _ view: AccountView, account: String, sequence: Int64, at now: WallTime
  ) -> JSON {
    .members([
      "feed": .text("balances"), "account": .text(account),
      "flex_futures": flex(view, crossBalance: "balance"),
      "timestamp": .integer(now.milliseconds), "seq": .integer(sequence),
    ])
  }

  /// The venue documents two names for one member of `cross`, one in the snapshot and one after it.
  private static func flex(_ view: AccountView, crossBalance: String) -> JSON {
    let money = view.balance
    let balance = Spelling.money(money.balanceValue)
    let margins: [JSON.Member] = [
      .init(name: "initial_margin", value: Spelling.money(money.initialMargin)),
      .init(
        name: "initial_margin_without_orders",
        value: Spelling.money(money.initialMarginWithoutOrders)),
      .init(name: "maintenance_margin", value: Spelling.money(money.maintenanceMargin)),
      .init(name: "pnl", value: Spelling.money(money.pnl)),
      .init(name: "unrealized_funding", value: Spelling.money(money.unrealizedFunding)),
      .init(name: "total_unrealized", value: Spelling.money(money.pnl + money.unrealizedFunding)),
      .init(
        name: "total_unrealized_as_margin",
        value: Spelling.money(money.pnl + money.unrealizedFunding)),
      .init(name: "margin_equity", value: Spelling.money(money.marginEquity)),
      .init(name: "available_margin", value: Spelling.money(money.available)),
    ]
    let values: [JSON.Member] = [
      .init(name: "portfolio_value", value: Spelling.money(money.portfolioValue)),
      .init(name: "collateral_value", value: Spelling.money(money.collateralValue)),
    ]
    let notional = view.positions.reduce(Money.zero) { $0 + $1.notional }
    let leverage = JSON.Member(
      name: "effective_leverage", value: ratio(notional, money.marginEquity))
    return .object(
      [
        .init(name: "currencies", value: currencies(money)),
        .init(name: "balance_value", value: balance),
      ] + values + margins + [
        .init(name: "isolated", value: .object([])),
        .init(
          name: "cross",
          value: .object(
            [.init(name: crossBalance, value: balance)] + values + margins + [leverage])),
      ])
  }

  private static func currencies(_ money: BalanceView) -> JSON {
    let balance = Spelling.money(money.balance)
    let dollars = JSON.members([
      "quantity": balance, "value": balance, "collateral_value": balance,
      "available": Spelling.money(min(money.available, money.balance)), "haircut": .number("0"),
      "conversion_spread": .number("0"),
    ])
    let others = money.holdings.map { holding in
      JSON.Member(
        name: holding.currency.code,
        value: .members([
          "quantity": Spelling.money(Money(micros: holding.quantity)),
          "value": Spelling.money(holding.value),
          "collateral_value": Spelling.money(holding.margin),
          "available": Spelling.money(Money(micros: holding.available(money.available))),
          "haircut": Spelling.money(Money(micros: holding.currency.haircut)),
          "conversion_spread": Spelling.money(
            Money(micros: CollateralCurrency.conversionSpread)),
        ]))
    }
    return .object([JSON.Member(name: "USD", value: dollars)] + others)
  }

  static func logSnapshot(_ rows: [AccountLog.Row]) -> JSON {
    .members(["feed": .text("account_log_snapshot"), "logs": .list(rows.map(entry))])
  }

  static func log(_ row: AccountLog.Row) -> JSON {
    .members(["feed": .text("account_log"), "new_entry": entry(row)])
  }

  /// Where the history service leaves a figure out, this interface has a zero.
  private static func entry(_ row: AccountLog.Row) -> JSON {
    func money(_ money: Money?) -> JSON { Spelling.money(money ?? .zero) }
    return .members([
      "id": .integer(row.id), "date": .text(Spelling.time(row.record.wall)),
      "asset": .text(row.asset), "info": .text(row.info),
      "booking_uid": .text(HistoryElement.uid(row.record, "\(row.id)")),
      "margin_account": .text("flex"), "old_balance": .number(row.old),
      "new_balance": .number(row.new), "old_average_entry_price": .number("0"),
      "new_average_entry_price": .number("0"), "trade_price": .number(row.price ?? "0"),
      "mark_price": .number(row.mark ?? "0"), "realized_pnl": money(row.realised),
      "fee": money(row.fee), "execution": .text(row.execution?.text ?? ""),
      "collateral": .text("usd"), "funding_rate": Spelling.rate(row.rate ?? 0),
      "realized_funding": money(row.funding), "conversion_spread_percentage": .number("0"),
      "liquidation_fee": .number("0"),
    ])
  }

  static func notices(_ notices: [Notice]) -> JSON {
    .members([
      "feed": .text("notifications_auth"),
      "notifications": .list(
        notices.map {
          .members([
            "id": .integer($0.id), "type": .text($0.type), "priority": .text($0.priority),
            "note": .text($0.note), "effective_time": .integer($0.effective.milliseconds),
          ])
        }),
    ])
  }

  /// How often the right amount goes into the left one, to the millionth; 0 for none.
  private static func ratio(_ left: Money, _ right: Money) -> JSON {
    guard right.micros != 0 else { return .number("0") }
    let whole = Rounding.nearest.divide(
      Int128(left.micros) * 1_000_000 * Int128(right.micros.signum()),
      by: Int128(right.micros.magnitude))
    return Spelling.money(Money(micros: Int64(clamping: whole)))
  }
}
