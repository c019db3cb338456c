import Domain
import Foundation

// The router's numbered events as messages.

extension LedgerEvent {
  var proto: ProtoLedgerEvent {
    var proto = ProtoLedgerEvent()
    proto.number = UInt64(clamping: number)
    proto.wallTimeMs = time.milliseconds
    switch body {
    case .intentAccepted(let hash, let intent):
      proto.accepted.intentHash = Data(hash.bytes)
      proto.accepted.intent = intent.proto
    case .intentDenied(let hash, let signal, let denial):
      proto.denied.intentHash = Data(hash.bytes)
      proto.denied.signalID = signal.text
      proto.denied.denial = denial.proto
    case .exitAccepted(let hash, let exit): proto.exit = exit.proto(hash)
    case .adopted(let hash, let adoption): proto.adopted = adoption.proto(hash)
    case .execution(let report): proto.execution = report.proto
    case .fill(let fill): proto.fill = fill.proto
    case .position(let position): proto.position = position.proto
    case .account(let account):
      proto.account.equityMicros = account.equity.micros
      proto.account.availableMarginMicros = account.availableMargin.micros
      proto.account.wallTimeMs = account.time.milliseconds
    case .tradeClosed(let trade): proto.tradeClosed = trade.proto
    case .risk(let change): change.put(into: &proto)
    case .state(let text): proto.state = Bounds.clip(text, most: Bounds.longText)
    }
    return proto
  }

  init(_ proto: ProtoLedgerEvent) throws(WireError) {
    guard let number = Int64(exactly: proto.number), number > 0 else {
      throw .malformed("event number \(proto.number)")
    }
    self.init(
      number: number, time: try Bounds.wall(proto.wallTimeMs, "wall_time_ms"),
      body: try Body(proto.body))
  }
}

extension LedgerEvent.Body {
  fileprivate init(_ proto: ProtoLedgerEvent.OneOf_Body?) throws(WireError) {
    switch proto {
    case .accepted(let accepted):
      self = .intentAccepted(
        try Bounds.hash(accepted.intentHash),
        try OrderIntent(try Bounds.part(accepted.hasIntent, accepted.intent, "intent")))
    case .denied(let denied):
      self = .intentDenied(
        try Bounds.hash(denied.intentHash), try Bounds.name(denied.signalID, "signal id"),
        try Denial(denied.denial))
    case .exit(let exit):
      self = .exitAccepted(try Bounds.hash(exit.intentHash), try ExitIntent(exit))
    case .adopted(let adopted):
      self = .adopted(try Bounds.hash(adopted.intentHash), try Adoption(adopted))
    case .execution(let report): self = .execution(try ExecutionReport(report))
    case .fill(let fill): self = .fill(try Fill(fill))
    case .position(let position): self = .position(try Position(position))
    case .account(let account):
      self = .account(
        AccountSnapshot(
          equity: try Bounds.money(account.equityMicros, "equity"),
          availableMargin: try Bounds.money(account.availableMarginMicros, "available_margin"),
          time: try Bounds.wall(account.wallTimeMs, "wall_time_ms")))
    case .tradeClosed(let trade): self = .tradeClosed(try ClosedTrade(trade))
    case .riskFigure(let figure): self = .risk(try RiskChange(figure))
    case .riskLock(let lock): self = .risk(.locked(try RiskLock(lock)))
    case .riskUnlock(let unlock): self = .risk(try RiskChange(unlock))
    case .limit(let change): self = .risk(.limit(try LimitChange(change)))
    case .riskState(let state): self = .risk(.tradingState(try RiskTradingState(state)))
    case .state(let text): self = .state(try Bounds.text(text, most: Bounds.longText))
    case nil: throw .malformed("an event without a body")
    }
  }
}

extension ExecutionReport {
  fileprivate var proto: ProtoExecutionReport {
    var proto = ProtoExecutionReport()
    proto.intentHash = Data(intent.bytes)
    proto.signalID = signal.text
    proto.clientOrderID = clientOrderID.text
    proto.role = role.proto
    proto.instrument = instrument.symbol
    proto.status = status.proto
    proto.cumulativeQuantityLots = cumulativeQuantity.lots
    proto.text = Bounds.clip(text, most: Bounds.longText)
    return proto
  }

  fileprivate init(_ proto: ProtoExecutionReport) throws(WireError) {
    guard let role = OrderRole.allCases.first(where: { $0.proto == proto.role }),
      let status = OrderStatus.allCases.first(where: { $0.proto == proto.status })
    else { throw .malformed("an order's role or status is unknown") }
    self.init(
      intent: try Bounds.hash(proto.intentHash), signal: try Bounds.name(proto.signalID, "signal"),
      clientOrderID: try Bounds.name(proto.clientOrderID, "client_order_id"), role: role,
      instrument: try Bounds.instrument(proto.instrument), status: status,
      cumulativeQuantity: try Bounds.quantity(proto.cumulativeQuantityLots, "cumulative"),
      text: try Bounds.text(proto.text, most: Bounds.longText))
  }
}

extension Position {
  var proto: ProtoPosition {
    var proto = ProtoPosition()
    proto.instrument = instrument.symbol
    proto.signedLots = signedLots
    return proto
  }

  init(_ proto: ProtoPosition) throws(WireError) {
    guard (-Bounds.mostSteps...Bounds.mostSteps).contains(proto.signedLots) else {
      throw .malformed("position=\(proto.signedLots) lots")
    }
    self.init(
      instrument: try Bounds.instrument(proto.instrument), signedLots: proto.signedLots)
  }
}

extension Fill {
  var proto: ProtoFill {
    var proto = ProtoFill()
    proto.executionID = id.text
    proto.clientOrderID = clientOrderID?.text ?? ""
    proto.venueOrderID = venueOrderID.text
    proto.instrument = instrument.symbol
    proto.buy = side == .buy
    proto.quantityLots = quantity.lots
    proto.priceTicks = price?.ticks ?? 0
    proto.wallTimeMs = time.milliseconds
    return proto
  }

  init(_ proto: ProtoFill) throws(WireError) {
    let price: Price? = proto.priceTicks == 0 ? nil : try Bounds.price(proto.priceTicks, "price")
    let client: ClientOrderID? =
      proto.clientOrderID.isEmpty
      ? nil : try Bounds.name(proto.clientOrderID, "client_order_id")
    self.init(
      id: try Bounds.name(proto.executionID, "execution_id"),
      instrument: try Bounds.instrument(proto.instrument), side: proto.buy ? .buy : .sell,
      quantity: try Bounds.quantity(proto.quantityLots, "quantity"), price: price,
      time: try Bounds.wall(proto.wallTimeMs, "wall_time_ms"),
      venueOrderID: try Bounds.name(proto.venueOrderID, "venue_order_id"), clientOrderID: client)
  }
}

extension OrderRole {
  fileprivate var proto: ProtoOrderRole {
    switch self {
    case .entry: .entry
    case .stop: .stop
    case .takeProfit: .takeProfit
    case .exit: .exit
    }
  }
}

extension OrderStatus {
  fileprivate var proto: ProtoOrderStatus {
    switch self {
    case .sending: .sending
    case .working: .working
    case .unknown: .unknown
    case .filled: .filled
    case .cancelled: .cancelled
    case .rejected: .rejected
    case .notPlaced: .notPlaced
    case .held: .held
    case .denied: .denied
    }
  }
}
