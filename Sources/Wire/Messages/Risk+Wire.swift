import Domain
import Foundation

// The risk state's changes as messages.

extension RiskChange {
  /// Puts the change into the event that tells of it.
  func put(into proto: inout ProtoLedgerEvent) {
    switch self {
    case .figure(let figure, let value, let time):
      proto.riskFigure.name = figure.rawValue
      proto.riskFigure.value = value
      proto.riskFigure.wallAtMs = time.milliseconds
    case .locked(let lock): proto.riskLock = lock.proto
    case .unlocked(let key, let time, let by, let why):
      proto.riskUnlock.kind = key.kind.rawValue
      proto.riskUnlock.scope = key.scope.description
      proto.riskUnlock.wallAtMs = time.milliseconds
      proto.riskUnlock.by = Bounds.clip(by)
      proto.riskUnlock.why = Bounds.clip(why)
    case .limit(let change): proto.limit = change.proto
    case .tradingState(let state): proto.riskState = state.proto
    }
  }
}

extension RiskChange {
  init(_ proto: ProtoRiskFigure) throws(WireError) {
    guard let figure = RiskFigure(rawValue: proto.name) else {
      throw .malformed("risk figure \(Bounds.shown(proto.name)) is unknown")
    }
    self = .figure(
      figure, try Bounds.money(proto.value, proto.name).micros,
      at: try Bounds.wall(proto.wallAtMs, "wall_at_ms"))
  }

  init(_ proto: ProtoRiskUnlock) throws(WireError) {
    self = .unlocked(
      try RiskLock.Key(kind: proto.kind, scope: proto.scope),
      at: try Bounds.wall(proto.wallAtMs, "wall_at_ms"), by: try Bounds.text(proto.by),
      why: try Bounds.text(proto.why))
  }
}

extension RiskLock.Key {
  fileprivate init(kind: String, scope: String) throws(WireError) {
    guard let kind = RiskLock.Kind(rawValue: kind), scope.utf8.count <= 256,
      let scope = RiskLock.Scope(scope)
    else { throw .malformed("risk lock \(Bounds.shown(kind)) of \(Bounds.shown(scope))") }
    self.init(kind, scope)
  }
}

extension RiskLock {
  var proto: ProtoRiskLock {
    var proto = ProtoRiskLock()
    proto.kind = kind.rawValue
    proto.scope = scope.description
    proto.wallSinceMs = since.milliseconds
    if let until { proto.wallUntilMs = until.milliseconds }
    proto.why = Bounds.clip(why)
    proto.by = Bounds.clip(by)
    return proto
  }

  init(_ proto: ProtoRiskLock) throws(WireError) {
    let key = try Key(kind: proto.kind, scope: proto.scope)
    self.init(
      kind: key.kind, scope: key.scope, since: try Bounds.wall(proto.wallSinceMs, "wall_since_ms"),
      until: proto.hasWallUntilMs ? try Bounds.wall(proto.wallUntilMs, "wall_until_ms") : nil,
      why: try Bounds.text(proto.why), by: try Bounds.text(proto.by))
  }
}

extension LimitChange {
  fileprivate var proto: ProtoLimitChange {
    var proto = ProtoLimitChange()
    proto.key = key
    proto.from = from
    proto.to = to
    proto.configured = configured
    proto.set = state == .set
    proto.wallAtMs = at.milliseconds
    proto.by = Bounds.clip(by)
    proto.why = Bounds.clip(why)
    return proto
  }

  init(_ proto: ProtoLimitChange) throws(WireError) {
    guard (1...96).contains(proto.key.utf8.count) else { throw .malformed("a limit without a key") }
    self.init(
      key: proto.key, from: proto.from, to: proto.to, configured: proto.configured,
      state: proto.set ? .set : .asked, at: try Bounds.wall(proto.wallAtMs, "wall_at_ms"),
      by: try Bounds.text(proto.by), why: try Bounds.text(proto.why))
  }
}

extension RiskTradingState {
  var proto: ProtoRiskTradingState {
    var proto = ProtoRiskTradingState()
    proto.word = Bounds.clip(word, most: Bounds.shortText)
    proto.why = Bounds.clip(why)
    proto.by = Bounds.clip(by)
    proto.wallAtMs = at.milliseconds
    return proto
  }

  init(_ proto: ProtoRiskTradingState) throws(WireError) {
    self.init(
      word: try Bounds.word(proto.word, "trading state"), why: try Bounds.text(proto.why),
      by: try Bounds.text(proto.by), at: try Bounds.wall(proto.wallAtMs, "wall_at_ms"))
  }
}

extension RiskProposal {
  var proto: ProtoRiskProposal {
    var proto = ProtoRiskProposal()
    proto.riskID = id.text
    proto.riskWallValidUntilMs = validUntil.milliseconds
    switch body {
    case .lock(let lock): proto.riskLock = lock.proto
    case .tradingState(let state): proto.riskState = state.proto
    }
    return proto
  }

  init(_ proto: ProtoRiskProposal) throws(WireError) {
    let body: Body
    switch proto.body {
    case .riskLock(let lock): body = .lock(try RiskLock(lock))
    case .riskState(let state): body = .tradingState(try RiskTradingState(state))
    case nil: throw .malformed("a risk proposal without a body")
    }
    self.init(
      id: try Bounds.name(proto.riskID, "risk_id"), body: body,
      validUntil: try Bounds.wall(proto.riskWallValidUntilMs, "risk_wall_valid_until_ms"))
  }
}

extension RiskCheck {
  var proto: ProtoRiskCheck {
    var proto = ProtoRiskCheck()
    proto.control = Bounds.clip(control, most: Bounds.shortText)
    proto.passed = passed
    proto.value = Bounds.clip(value)
    proto.bound = Bounds.clip(bound)
    return proto
  }

  init(_ proto: ProtoRiskCheck) throws(WireError) {
    self.init(
      control: try Bounds.word(proto.control, "control"), passed: proto.passed,
      value: try Bounds.text(proto.value), bound: try Bounds.text(proto.bound))
  }
}
