import Domain

// The whole story of one decision, step by step.
extension ConsoleState {
  private struct Step {
    let at: Int64
    /// `market` or `wall`.
    let clock: String
    let title: String
    let detail: String
    let tone: String

    var json: JSON {
      [
        "at": .integer(at), "clock": .string(clock), "title": .string(title),
        "detail": .string(detail), "tone": .string(tone),
      ]
    }
  }

  /// Nil for a decision that is not known, or not any more.
  func story(_ id: SignalID) -> JSON? {
    guard let row = decisions.row(id) else { return nil }
    var steps = [proposal(row)]
    if row.heardAt > 0 {
      steps.append(
        Step(at: row.heardAt, clock: "wall", title: "Heard by this page", detail: "", tone: ""))
    }
    steps += verdict(row)
    let hashes = ledger.hashes(of: id)
    let records = ledger.intents.values.filter { hashes.contains($0.hash) }
    steps += records.map(intent)
    let orders = ledger.orders(of: hashes)
    steps += orders.flatMap { order in order.history.map { self.order(order, $0.status, $0.at) } }
    let names = Set(orders.map(\.id))
    let fills = ledger.fills.all.filter { $0.clientOrderID.map(names.contains) ?? false }
    steps += fills.map(fill)
    let sorted = steps.prefix(1) + steps.dropFirst().sorted { $0.at < $1.at }
    return [
      "id": .string(id.text), "instrument": .string(row.signal.instrument.symbol),
      "strategy": .string(row.signal.strategy.text), "outcome": .string(row.outcome),
      "setup": .string(row.signal.setup.text),
      "direction": .string(row.signal.direction.rawValue),
      "intent": JSON(row.intent.map { "\($0)" }),
      "explanation": decisions.explanation(id).map(explanation) ?? .null,
      "checks": .array(
        decisions.checks(id).map { check in
          [.string(check.control), .bool(check.passed), .string(check.value), .string(check.bound)]
        }),
      "steps": .array(sorted.map(\.json)),
    ]
  }

  private func proposal(_ row: DecisionBook.Row) -> Step {
    let signal = row.signal
    let id = signal.instrument
    let profits = signal.takeProfits.map { market.text($0, id) }.joined(separator: ", ")
    return Step(
      at: signal.decidedAt.milliseconds, clock: "market",
      title: "\(signal.strategy) proposes \(signal.direction.rawValue)",
      detail: "worst price \(market.text(signal.worstPrice, id)), "
        + "stop \(market.text(signal.stop, id))"
        + (profits.isEmpty ? "" : ", take profit \(profits)"),
      tone: "")
  }

  private func verdict(_ row: DecisionBook.Row) -> [Step] {
    let at = row.decidedAt ?? row.heardAt
    if !row.denials.isEmpty {
      return row.denials.map { denial in
        Step(
          at: at, clock: "wall", title: "Denied by the \(row.deniedBy ?? "gate")",
          detail: denial.description, tone: "bad")
      }
    }
    guard let decided = row.decidedAt else { return [] }
    let size = row.quantity.map { "size \(market.text($0, row.signal.instrument))" } ?? ""
    return [
      Step(at: decided, clock: "wall", title: "Verdict: accepted", detail: size, tone: "good")
    ]
  }

  private func intent(_ record: LedgerBook.IntentRecord) -> Step {
    switch record.intent {
    case .entry(let entry):
      return Step(
        at: record.acceptedAt, clock: "wall", title: "Intent committed",
        detail: "\(record.hash.short), \(market.text(entry.quantity, entry.signal.instrument))",
        tone: "good")
    case .exit(let exit):
      return Step(
        at: record.acceptedAt, clock: "wall", title: "Exit committed",
        detail: "\(record.hash.short), because of \(exit.reason.rawValue)", tone: "")
    case .adoption(let adoption):
      return Step(
        at: record.acceptedAt, clock: "wall", title: "Position adopted",
        detail: market.text(adoption.quantity, adoption.instrument), tone: "warn")
    }
  }

  private func order(
    _ order: LedgerBook.OrderRecord, _ status: OrderStatus, _ at: Int64
  ) -> Step {
    let tone =
      switch status {
      case .rejected, .held: "bad"
      case .unknown: "warn"
      case .filled, .working: "good"
      case .sending, .cancelled, .notPlaced, .denied: ""
      }
    let role = order.role.rawValue.split(separator: "_").joined(separator: " ")
    let name = order.id.text.suffix(12)
    let isNewest = status == order.status && !order.text.isEmpty
    return Step(
      at: at, clock: "wall",
      title: "\(role.prefix(1).uppercased())\(role.dropFirst()) "
        + status.rawValue.split(separator: "_").joined(separator: " "),
      detail: "order …\(name)\(isNewest ? ": \(order.text)" : "")", tone: tone)
  }

  private func fill(_ fill: Fill) -> Step {
    let id = fill.instrument
    let price = fill.price.map { market.text($0, id) } ?? "a price the venue did not say"
    return Step(
      at: fill.time.milliseconds, clock: "wall", title: "Filled",
      detail: "\(fill.side.rawValue) \(market.text(fill.quantity, id)) at \(price)", tone: "good")
  }
}
