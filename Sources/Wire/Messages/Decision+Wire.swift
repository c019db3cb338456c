import Domain
import Foundation

// Signals, intents, verdicts and decisions as messages.

extension Direction {
  var proto: ProtoDirection { self == .long ? .long : .short }

  init(_ proto: ProtoDirection) throws(WireError) {
    switch proto {
    case .long: self = .long
    case .short: self = .short
    default: throw .malformed("direction \(proto.rawValue) is unknown")
    }
  }
}

extension Signal {
  var proto: ProtoSignal {
    var proto = ProtoSignal()
    proto.id = id.text
    proto.strategy = strategy.text
    proto.instrument = instrument.symbol
    proto.direction = direction.proto
    proto.setup = setup.text
    proto.worstPriceTicks = worstPrice.ticks
    proto.stopTicks = stop.ticks
    proto.takeProfitTicks = takeProfits.map(\.ticks)
    proto.marketDecidedAtMs = decidedAt.milliseconds
    proto.wallValidUntilMs = validUntil.milliseconds
    return proto
  }

  init(_ proto: ProtoSignal) throws(WireError) {
    guard proto.takeProfitTicks.count <= Self.mostTakeProfits else {
      throw .malformed("\(proto.takeProfitTicks.count) take_profits")
    }
    let takeProfits = try proto.takeProfitTicks.checked { ticks throws(WireError) in
      try Bounds.price(ticks, "take_profit")
    }
    self.init(
      id: try Bounds.name(proto.id, "signal id"),
      strategy: try Bounds.name(proto.strategy, "strategy"),
      instrument: try Bounds.instrument(proto.instrument),
      direction: try Direction(proto.direction), setup: try Bounds.name(proto.setup, "setup"),
      worstPrice: try Bounds.price(proto.worstPriceTicks, "worst_price"),
      stop: try Bounds.price(proto.stopTicks, "stop"), takeProfits: takeProfits,
      decidedAt: try Bounds.market(proto.marketDecidedAtMs, "market_decided_at_ms"),
      validUntil: try Bounds.wall(proto.wallValidUntilMs, "wall_valid_until_ms"))
  }
}

extension OrderIntent {
  var proto: ProtoOrderIntent {
    var proto = ProtoOrderIntent()
    proto.signal = signal.proto
    proto.quantityLots = quantity.lots
    proto.equityMicros = equity.micros
    return proto
  }

  init(_ proto: ProtoOrderIntent) throws(WireError) {
    self.init(
      signal: try Signal(try Bounds.part(proto.hasSignal, proto.signal, "signal")),
      quantity: try Bounds.quantity(proto.quantityLots, "quantity"),
      equity: try Bounds.money(proto.equityMicros, "equity"))
  }
}

extension Denial {
  var proto: ProtoDenial {
    var proto = ProtoDenial()
    proto.reason = reason.rawValue
    proto.detail = Bounds.clip(detail, most: Bounds.longText)
    return proto
  }

  init(_ proto: ProtoDenial) throws(WireError) {
    guard let reason = DenialReason(rawValue: proto.reason) else {
      throw .malformed("denial \(Bounds.shown(proto.reason)) is unknown")
    }
    self.init(reason, try Bounds.text(proto.detail, most: Bounds.longText))
  }
}

extension Verdict {
  /// More than there are reasons.
  private static let mostDenials = 256

  var proto: ProtoVerdict {
    var proto = ProtoVerdict()
    switch self {
    case .accepted(let hash):
      proto.accepted = true
      proto.intentHash = Data(hash.bytes)
    case .denied(let denials): proto.denials = denials.prefix(Self.mostDenials).map(\.proto)
    }
    return proto
  }

  init(_ proto: ProtoVerdict) throws(WireError) {
    guard !proto.accepted else {
      guard proto.denials.isEmpty else { throw .malformed("accepted, and yet denied") }
      self = .accepted(try Bounds.hash(proto.intentHash))
      return
    }
    guard (1...Self.mostDenials).contains(proto.denials.count) else {
      throw .malformed("denied for \(proto.denials.count) reasons")
    }
    self = .denied(try proto.denials.checked(Denial.init))
  }
}

extension Decision {
  var proto: ProtoDecision {
    var proto = ProtoDecision()
    proto.signal = signal.proto
    proto.verdict = verdict.proto
    proto.quantityLots = quantity.lots
    proto.wallTimeMs = time.milliseconds
    proto.checks = checks.prefix(RiskCheck.most).map(\.proto)
    return proto
  }

  init(_ proto: ProtoDecision) throws(WireError) {
    guard proto.checks.count <= RiskCheck.most else {
      throw .malformed("\(proto.checks.count) checks")
    }
    self.init(
      signal: try Signal(try Bounds.part(proto.hasSignal, proto.signal, "signal")),
      verdict: try Verdict(try Bounds.part(proto.hasVerdict, proto.verdict, "verdict")),
      quantity: try Bounds.quantity(proto.quantityLots, "quantity"),
      time: try Bounds.wall(proto.wallTimeMs, "wall_time_ms"),
      checks: try proto.checks.checked(RiskCheck.init))
  }
}

extension Sequence {
  /// `map` that keeps the type of the error.
  func checked<Value>(
    _ make: (Element) throws(WireError) -> Value
  ) throws(WireError) -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try make(element)) }
    return values
  }
}
