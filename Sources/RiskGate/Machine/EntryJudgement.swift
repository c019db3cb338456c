package import Domain
import Wire

/// What every control says of one signal in its world; words are made only when asked for.
///
/// Invariants: 1. It is approved only when no control objects. 2. The same signal, world, limits
/// and moment give the same judgement.
package struct EntryJudgement: Hashable, Sendable {
  package let signal: Signal
  package let world: EntryWorld
  package let now: WallTime
  package let view: RiskView
  package let sizing: Sizing?
  /// In the order of the list.
  package let objections: [ControlID]

  package init(_ signal: Signal, _ world: EntryWorld, _ limits: GateLimits, now: WallTime) {
    let measures = EntryMeasures(signal, world, limits, now: now)
    self.signal = signal
    self.world = world
    self.now = now
    view = measures.view
    sizing = measures.sizing
    objections = measures.view.objections
    invariant(
      !objections.isEmpty || (sizing?.quantity ?? .zero) > .zero,
      "what no control objects to has a size")
  }

  package var isApproved: Bool { objections.isEmpty }
  package var quantity: Quantity { sizing?.quantity ?? .zero }
}

// MARK: - In words

extension EntryJudgement {
  /// One denial a control that objects.
  package var denials: [Denial] {
    objections.map { Control.all[$0.rawValue] }.map { Denial($0.code, detail($0)) }
  }

  /// Every control that was asked, failed and passed, with its value and its bound.
  package var checks: [RiskCheck] {
    Control.all.compactMap { control in
      let outcome = control.judge(view)
      guard outcome != .notApplicable else { return nil }
      return RiskCheck(
        control: control.name, passed: outcome == .passed, value: value(control),
        bound: "\(control.sense.rawValue) \(control.unit.text(control.bound(view.limits)))")
    } + sizes
  }

  /// What set the size, so that no cut goes unsaid.
  private var sizes: [RiskCheck] {
    guard let sizing, let instrument = world.instrument, sizing.quantity > .zero else { return [] }
    return [
      RiskCheck(
        control: "sized_by", passed: true, value: sizing.binding.rawValue,
        bound: "size \(instrument.text(sizing.quantity))")
    ]
  }

  private func value(_ control: Control) -> String {
    guard case .value(let value) = view[control.id] else { return "unknown" }
    return control.unit.text(value)
  }

  private func detail(_ control: Control) -> String {
    let bound = control.unit.text(control.bound(view.limits))
    let numbers = "\(control.name)=\(value(control)) limit=\(bound)"
    return context(control.id).map { "\(numbers) \($0)" } ?? numbers
  }

  /// The prices, times and words behind a number.
  private func context(_ id: ControlID) -> String? {
    switch id {
    case .coherentPrices:
      let profits = signal.takeProfits.prefix(8).map { "\($0.ticks)" }.joined(separator: " ")
      return "direction=\(signal.direction.rawValue) worst=\(signal.worstPrice.ticks) "
        + "stop=\(signal.stop.ticks) take_profits=\(profits) ticks"
    case .validity:
      return "valid_until=\(signal.validUntil.milliseconds) now=\(now.milliseconds)"
    case .strategy: return "strategy=\(signal.strategy)"
    case .instrument, .tradeable, .blocklist: return "instrument=\(signal.instrument)"
    case .staleStreams: return "streams=\(world.staleStreams.joined(separator: ","))"
    case .collar: return prices([("worst", signal.worstPrice), ("mark", mark)])
    case .stopDistance, .stopPassed:
      return prices([("worst", signal.worstPrice), ("stop", signal.stop), ("mark", mark)])
    case .basis:
      return prices([("mark", mark), ("index", world.reading?.ticker.figures?.index)])
    case .size: return sizing.map { "binding=\($0.binding.rawValue)" }
    case .dailyLoss: return money("day_start", world.dayStartEquity)
    case .drawdown: return money("peak", world.peakEquity)
    default: return lockText(id)
    }
  }

  private var mark: Price? { world.reading?.ticker.mark }

  private func prices(_ pairs: [(String, Price?)]) -> String {
    pairs.map { name, price in
      guard let price else { return "\(name)=unknown" }
      return "\(name)=\(world.instrument?.text(price) ?? "\(price.ticks) ticks")"
    }.joined(separator: " ")
  }

  private func money(_ name: String, _ micros: Int64?) -> String {
    "\(name)=\(micros.map { "\(Money(micros: $0))" } ?? "unknown") "
      + "equity=\(world.account.map { "\($0.equity)" } ?? "unknown")"
  }

  private func lockText(_ id: ControlID) -> String? {
    world.locks.first { Control.lock($0.kind) == id }.map { lock in
      let until = lock.until.map { "\($0.milliseconds)" } ?? "unlocked"
      return "scope=\(lock.scope) until=\(until) by=\(lock.by) why=\(lock.why)"
    }
  }
}
