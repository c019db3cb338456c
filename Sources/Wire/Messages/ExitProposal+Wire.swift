import Domain

// Exits of strategies, and what strategies hear of themselves, as messages.

extension ExitProposal {
  var proto: ProtoExitProposal {
    var proto = ProtoExitProposal()
    proto.id = id.text
    proto.strategy = strategy.text
    proto.instrument = instrument.symbol
    proto.signal = signal.text
    proto.reason = reason.text
    proto.marketDecidedAtMs = decidedAt.milliseconds
    proto.wallValidUntilMs = validUntil.milliseconds
    return proto
  }

  init(_ proto: ProtoExitProposal) throws(WireError) {
    self.init(
      id: try Bounds.name(proto.id, "exit id"),
      strategy: try Bounds.name(proto.strategy, "strategy"),
      instrument: try Bounds.instrument(proto.instrument),
      signal: try Bounds.name(proto.signal, "signal id"),
      reason: try Bounds.name(proto.reason, "reason"),
      decidedAt: try Bounds.market(proto.marketDecidedAtMs, "market_decided_at_ms"),
      validUntil: try Bounds.wall(proto.wallValidUntilMs, "wall_valid_until_ms"))
  }
}

extension ExitDecision {
  var proto: ProtoExitDecision {
    var proto = ProtoExitDecision()
    proto.exit = exit.proto
    proto.verdict = verdict.proto
    proto.wallTimeMs = time.milliseconds
    return proto
  }

  init(_ proto: ProtoExitDecision) throws(WireError) {
    self.init(
      exit: try ExitProposal(try Bounds.part(proto.hasExit, proto.exit, "exit")),
      verdict: try Verdict(try Bounds.part(proto.hasVerdict, proto.verdict, "verdict")),
      time: try Bounds.wall(proto.wallTimeMs, "wall_time_ms"))
  }
}

extension Explanation {
  static let mostValues = 64

  var proto: ProtoExplanation {
    var proto = ProtoExplanation()
    proto.strategy = strategy.text
    proto.instrument = instrument.symbol
    proto.timeframe = timeframe.proto
    proto.marketDecidedAtMs = decidedAt.milliseconds
    proto.reason = Bounds.clip(reason, most: Bounds.shortText)
    proto.signal = signal?.text ?? ""
    proto.values = values.prefix(Self.mostValues).map { value in
      var proto = ProtoDecisionValue()
      proto.name = Bounds.clip(value.name, most: Bounds.shortText)
      proto.value = Bounds.clip(value.value)
      return proto
    }
    return proto
  }

  init(_ proto: ProtoExplanation) throws(WireError) {
    guard proto.values.count <= Self.mostValues else {
      throw .malformed("\(proto.values.count) values")
    }
    self.init(
      strategy: try Bounds.name(proto.strategy, "strategy"),
      instrument: try Bounds.instrument(proto.instrument),
      timeframe: try Timeframe(proto.timeframe),
      decidedAt: try Bounds.market(proto.marketDecidedAtMs, "market_decided_at_ms"),
      reason: try Bounds.word(proto.reason, "reason"),
      signal: proto.signal.isEmpty ? nil : try Bounds.name(proto.signal, "signal id"),
      values: try proto.values.checked { value throws(WireError) in
        DecisionValue(
          try Bounds.text(value.name, most: Bounds.shortText), try Bounds.text(value.value))
      })
  }
}

extension StrategyReport {
  func proto(epoch: UInt64) -> ProtoReport {
    var proto = ProtoReport()
    proto.epoch = epoch
    proto.number = UInt64(clamping: number)
    proto.strategy = strategy.text
    proto.signal = signal.text
    switch body {
    case .fill(let fill): proto.fill = fill.proto
    case .position(let position): proto.position = position.proto
    }
    return proto
  }

  init(_ proto: ProtoReport) throws(WireError) {
    guard let number = Int64(exactly: proto.number), number > 0 else {
      throw .malformed("report number \(proto.number)")
    }
    let body: Body
    switch proto.body {
    case .fill(let fill): body = .fill(try Fill(fill))
    case .position(let position): body = .position(try Position(position))
    case nil: throw .malformed("a report without a body")
    }
    self.init(
      number: number, strategy: try Bounds.name(proto.strategy, "strategy"),
      signal: try Bounds.name(proto.signal, "signal id"), body: body)
  }
}
