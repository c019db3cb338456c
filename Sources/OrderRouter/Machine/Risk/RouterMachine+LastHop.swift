package import Domain
import Ledger

// The limits that matter for exposure once more, from the router's own ledger and in the turn that
// accepts the intent, whatever the gate said: no skip, no override.
extension RouterMachine {
  /// Every limit that can be changed while running.
  package var limits: [ChangeableLimit] { settings.changeableLimits }

  /// What holds now; nil for a limit that is not known here, or that is none.
  func limit(_ key: String) -> Int64? {
    limitRows[key].flatMap(effective)
  }

  func effective(_ limit: ChangeableLimit) -> Int64? {
    let value = book.risk.effective(
      limit.key, configured: limit.configured, tighter: limit.tighter)
    return limit.zeroIsNone && value == 0 ? nil : value
  }

  /// What the book stands for, at its worst: positions, and entries that may become some.
  package struct Exposure: Equatable, Sendable {
    /// By instrument, in micros.
    package var notional: [InstrumentID: Int128] = [:]
    package var margin: Int128 = 0
    package var total: Int128 { notional.values.reduce(0, +) }
    package var slots: Int { notional.count }
  }

  package var exposure: Exposure {
    var exposure = Exposure()
    for id in book.activeInstruments { add(id, to: &exposure) }
    return exposure
  }

  private func add(_ id: InstrumentID, to exposure: inout Exposure) {
    let lots = book.position(id).quantity.lots
    let entries = book.liveOrders(on: id).filter { $0.role == .entry }
    let pending = entries.reduce(0) { $0 + $1.unfilled.lots }
    guard lots > 0 || pending > 0 else { return }
    let prices =
      entries.compactMap { $0.placement.type.price }
      + [marks[id]?.price, lots > 0 ? book.positions[id]?.stop : nil].compactMap { $0 }
      + [lots > 0 ? book.positions[id]?.entryPrice : nil].compactMap { $0 }
    let worst = prices.max()
    let amount = worst.flatMap { notional(id, $0, Quantity(lots: lots + pending)) }
    // What cannot be reckoned uses up every limit.
    exposure.notional[id] = amount ?? Self.beyond
    exposure.margin += amount.map { margin(id, $0) } ?? Self.beyond
  }

  /// `exposure`, not reckoned anew while nothing but entries has been added to it.
  private mutating func knownExposure() -> Exposure {
    let known = exposureMemo ?? exposure
    exposureMemo = known
    return known
  }

  /// Keeps what is remembered of the exposure true after `record`, or forgets it.
  mutating func followExposure(_ record: LedgerRecord) {
    switch record {
    case .intentAccepted, .intentDenied, .state, .account, .risk, .property: break
    case .orderSending(let order)
    where order.role == .entry && exposureMemo?.notional[order.instrument] == nil:
      guard var known = exposureMemo else { return }
      exposureMemo = nil
      add(order.instrument, to: &known)
      exposureMemo = known
    default: exposureMemo = nil
    }
  }

  /// More than any limit, and still to be added up.
  private static let beyond: Int128 = 1 << 100

  /// Every limit that this intent would break.
  mutating func limits(_ intent: OrderIntent, _ now: RouterTime) -> [Denial] {
    let id = intent.signal.instrument
    var denials = [
      EntryRate.denial(
        book.risk.executions, tenSeconds: limit(RouterLimits.perTenSeconds) ?? 0,
        minute: limit(RouterLimits.perMinute) ?? 0, now: now.wall),
      lockDenial(intent.signal, now), collarDenial(intent.signal, now),
    ].compactMap { $0 }
    // An instrument that is not known was denied for that.
    guard instruments[id] != nil else { return denials }
    // At its own limit price, as the gate sized it: a mark that has moved since is no overshoot.
    guard let wanted = notional(id, intent.signal.worstPrice, intent.quantity) else {
      return denials + [Denial(.maxOrderNotional, "too large to be reckoned")]
    }
    let held = knownExposure()
    let here = held.notional[id, default: 0] + wanted
    let all = held.total + wanted
    func check(_ reason: DenialReason, _ amount: Int128, _ keys: String...) {
      for key in keys {
        if let limit = limit(key), amount > Int128(limit) {
          denials.append(Denial(reason, "micros=\(amount) limit=\(limit) \(key)"))
        }
      }
    }
    check(.maxOrderNotional, wanted, RouterLimits.maxOrder, SharedLimits.order)
    check(.maxExposure, here, RouterLimits.maxInstrument, SharedLimits.instrument)
    check(.maxExposure, all, RouterLimits.maxTotal)
    let slots = held.slots + (held.notional[id] == nil ? 1 : 0)
    if let limit = limit(SharedLimits.positions), slots > limit {
      denials.append(Denial(.routerMaxPositions, "positions=\(slots) limit=\(limit)"))
    }
    denials += [
      share(.maxExposure, all, SharedLimits.total),
      share(.routerMaxMargin, held.margin + margin(id, wanted), SharedLimits.margin),
    ].compactMap { $0 }
    return denials
  }

  /// Against the mark as the router hears it, while it has one that is not stale; that there is one
  /// at all is the gate's to say.
  private func collarDenial(_ signal: Signal, _ now: RouterTime) -> Denial? {
    guard let limit = limit(SharedLimits.collar), let mark = marks[signal.instrument],
      mark.price.ticks > 0
    else { return nil }
    let age = (now.machine.nanoseconds - mark.at.nanoseconds) / 1_000_000
    if let stale = self.limit(SharedLimits.stale), age > stale { return nil }
    let away = Int128(signal.worstPrice.ticks) - Int128(mark.price.ticks)
    guard
      Int128(away.magnitude) * Int128(RiskPolicy.whole)
        > Int128(limit) * Int128(mark.price.ticks)
    else { return nil }
    return Denial(
      .routerCollar,
      "worst=\(signal.worstPrice.ticks) mark=\(mark.price.ticks) ticks limit=\(limit)e-8 "
        + SharedLimits.collar)
  }

  /// Of the account's newest equity; without one nothing passes.
  private func share(_ reason: DenialReason, _ amount: Int128, _ key: String) -> Denial? {
    guard let limit = limit(key) else { return nil }
    guard let equity, equity.micros > 0 else {
      return Denial(reason, "equity=\(equity?.description ?? "unknown") \(key)")
    }
    let (left, overflow) = amount.multipliedReportingOverflow(by: Int128(RiskPolicy.whole))
    guard overflow || left > Int128(limit) * Int128(equity.micros) else { return nil }
    return Denial(reason, "micros=\(amount) equity=\(equity) limit=\(limit)e-8 \(key)")
  }

  private func notional(
    _ instrument: InstrumentID, _ price: Price, _ quantity: Quantity
  ) -> Int128? {
    instruments[instrument]?.notional(price, quantity, rounding: .up).map { Int128($0.micros) }
  }

  /// Initial margin at the venue's lowest tier, rounded up: what leverage alone decides.
  private func margin(_ id: InstrumentID, _ notional: Int128) -> Int128 {
    guard let rate = instruments[id]?.initialMargin, (-18...0).contains(rate.exponent) else {
      return notional
    }
    var whole: Int128 = 1
    for _ in 0..<(-rate.exponent) { whole *= 10 }
    let (product, overflow) = notional.multipliedReportingOverflow(by: Int128(rate.mantissa))
    return overflow ? notional : Rounding.up.divide(product, by: whole)
  }
}
