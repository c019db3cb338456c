import Domain
import SimulatedVenue

// The private feeds.
extension WebSocketHub {
  private static let orderFeeds = [WebSocketFeed.openOrders, .openOrdersVerbose]

  /// Sends a new subscriber what there is.
  mutating func greet(
    _ id: Int, _ feed: WebSocketFeed, _ products: [InstrumentID],
    source: inout some WebSocketSource,
    now: WallTime
  ) {
    guard !feed.isOfProducts else {
      for product in products { greet(id, feed, product: product, source: &source, now: now) }
      return
    }
    guard feed.isPrivate else { return }
    let view = source.account()
    switch feed {
    case .openOrders, .openOrdersVerbose:
      let orders = view.orders.compactMap { order in
        contracts[order.instrument].map { OrderMessages.order(order, $0) }
      }
      send(OrderMessages.snapshot(feed, account, orders), "\(feed.rawValue)_snapshot", to: id, now)
    case .fills:
      clients[id]?.sequences[.fills] = nil
      let fills = view.fills.compactMap { fill($0, to: id) }
      send(OrderMessages.fillsSnapshot(account, fills), "fills_snapshot", to: id, now)
    case .openPositions:
      // The first to listen has now been told; before, nobody was.
      if listeners(.openPositions) == [id] { toldPositions = view.positions }
      sendPositions(view, to: id, now)
    case .balances:
      if listeners(.balances) == [id] { toldBalance = view.balance }
      clients[id]?.sequences[.balances] = nil
      guard let sequence = clients[id]?.next(.balances) else { return }
      let message = AccountMessages.balancesSnapshot(
        view, account: account, sequence: sequence, at: now)
      send(message, "balances_snapshot", to: id, now)
    case .accountLog:
      send(AccountMessages.logSnapshot(source.accountLog()), "account_log_snapshot", to: id, now)
    case .notifications:
      send(AccountMessages.notices(view.notices), feed.rawValue, to: id, now)
    case .ticker, .tickerLite, .trade, .book, .heartbeat: break
    }
  }

  /// Tells of what one operation changed; the changes are already in the file.
  mutating func show(_ changes: [AccountChange], source: inout some WebSocketSource, now: WallTime)
  {
    guard !changes.isEmpty, clients.values.contains(where: { $0.session.hearsAccount }) else {
      return
    }
    var isMoney = false
    for change in changes {
      switch change {
      case .order(let change):
        if !(source.showsFillsOnly && change.isImmediate) { show(change, now) }
      case .fill(let report):
        isMoney = true
        show(report, now)
      case .log(let row):
        isMoney = true
        for id in listeners(.accountLog) {
          send(AccountMessages.log(row), "account_log", to: id, now)
        }
      case .notice(let notice):
        for id in listeners(.notifications) {
          send(AccountMessages.notices([notice]), "notifications_auth", to: id, now)
        }
      }
    }
    if isMoney {
      accountAt = nil
      showAccount(source: &source, now: now)
    }
  }

  private mutating func show(_ change: OrderChange, _ now: WallTime) {
    guard let contract = contracts[change.order.instrument] else { return }
    for feed in Self.orderFeeds {
      guard feed == .openOrdersVerbose || !OrderMessages.isRefusedPost(change) else { continue }
      for id in listeners(feed) {
        send(
          OrderMessages.change(feed, change, contract), feed.rawValue, change.order.instrument,
          to: id, now)
      }
    }
  }

  private mutating func show(_ report: FillReport, _ now: WallTime) {
    for id in listeners(.fills) {
      guard let fill = fill(report, to: id) else { continue }
      send(OrderMessages.fills(account, [fill]), "fills", report.fill.instrument, to: id, now)
    }
  }

  /// The fill under the client's next number; nil when the client asked for other products.
  private mutating func fill(_ report: FillReport, to id: Int) -> JSON? {
    let product = report.fill.instrument
    guard let contract = contracts[product], var client = clients[id],
      client.session.hears(.fills, product)
    else { return nil }
    let sequence = client.next(.fills)
    clients[id] = client
    return OrderMessages.fill(report, sequence: sequence, contract)
  }

  /// Positions and money when they have changed, at most once a second unless something traded.
  mutating func showAccount(source: inout some WebSocketSource, now: WallTime) {
    let toPositions = listeners(.openPositions)
    let toBalances = listeners(.balances)
    guard !(toPositions.isEmpty && toBalances.isEmpty) else { return }
    if let last = accountAt, (0..<Self.second).contains(now.milliseconds - last.milliseconds) {
      return
    }
    accountAt = now
    let view = source.account()
    if view.positions != toldPositions {
      for id in toPositions { sendPositions(view, to: id, now) }
    }
    if view.balance != toldBalance {
      for id in toBalances {
        guard let sequence = clients[id]?.next(.balances) else { continue }
        let message = AccountMessages.balances(
          view, account: account, sequence: sequence, at: now)
        send(message, "balances", to: id, now)
      }
    }
    toldPositions = view.positions
    toldBalance = view.balance
  }

  private mutating func sendPositions(_ view: AccountView, to id: Int, _ now: WallTime) {
    guard let sequence = clients[id]?.next(.openPositions) else { return }
    let message = AccountMessages.positions(
      view, account: account, sequence: sequence, at: now, contracts)
    send(message, "open_positions", to: id, now)
  }
}
