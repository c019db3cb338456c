package import Domain
package import Wire

/// Everything that has to hold before a signal becomes an intent; each reason why not is collected.
package struct GateChecks: Hashable, Sendable {
  /// What the gate knows of the signal's world at this moment; nil is not known.
  package struct World: Hashable, Sendable {
    package var instrument: Instrument?
    package var reading: TickerReading?
    package var account: AccountSnapshot?
    /// When the router wrote the account down.
    package var accountAt: WallTime?
    /// Instruments other than the signal's with a position, or an intent that may become one.
    package var occupied = 0

    package init() {}
  }

  private let signal: Signal
  private let world: World
  private let limits: GateLimits
  private let now: WallTime

  package init(_ signal: Signal, _ world: World, _ limits: GateLimits, now: WallTime) {
    self.signal = signal
    self.world = world
    self.limits = limits
    self.now = now
  }

  /// The size and, if there is any, each reason to deny.
  package func judge() -> (quantity: Quantity, denials: [Denial]) {
    var denials = [
      coherence(), expiry(), instrument(), marketAge(), accountAge(), collar(), stop(),
      positions(),
    ].compactMap { $0 }
    guard signal.isCoherent, let instrument = world.instrument, let account = world.account else {
      return (.zero, denials)
    }
    let size = Sizing(
      signal, instrument, account: account, mark: world.reading?.ticker.mark, limits: limits)
    denials += size.denials
    return (size.quantity, denials)
  }

  private func coherence() -> Denial? {
    signal.isCoherent
      ? nil
      : Denial(
        .malformed,
        "direction=\(signal.direction.rawValue) worst=\(signal.worstPrice.ticks) "
          + "stop=\(signal.stop.ticks) "
          + "take_profits=\(signal.takeProfits.map { "\($0.ticks)" }.joined(separator: " ")) ticks")
  }

  private func expiry() -> Denial? {
    signal.validUntil > now
      ? nil
      : Denial(
        .expired, "valid_until=\(signal.validUntil.milliseconds) now=\(now.milliseconds)")
  }

  private func instrument() -> Denial? {
    guard let instrument = world.instrument else {
      return Denial(.unknownInstrument, "instrument=\(signal.instrument)")
    }
    return instrument.tradeable
      ? nil : Denial(.instrumentNotTradeable, "instrument=\(signal.instrument)")
  }

  /// Missing is as bad as old.
  private func marketAge() -> Denial? {
    guard let readAt = world.reading?.readAt else {
      return Denial(.staleMarketData, "age_ms=unknown limit_ms=\(limits.staleMilliseconds)")
    }
    let age = now.milliseconds - readAt.milliseconds
    return Self.isCurrent(age, limits.staleMilliseconds)
      ? nil : Denial(.staleMarketData, "age_ms=\(age) limit_ms=\(limits.staleMilliseconds)")
  }

  private func accountAge() -> Denial? {
    guard world.account != nil, let readAt = world.accountAt else {
      return Denial(.staleAccount, "age_ms=unknown limit_ms=\(limits.staleAccountMilliseconds)")
    }
    let age = now.milliseconds - readAt.milliseconds
    return Self.isCurrent(age, limits.staleAccountMilliseconds)
      ? nil : Denial(.staleAccount, "age_ms=\(age) limit_ms=\(limits.staleAccountMilliseconds)")
  }

  /// |worst − mark| ÷ mark ≤ collar; without a mark nothing is known and nothing passes.
  private func collar() -> Denial? {
    guard let mark = world.reading?.ticker.mark else {
      return Denial(.priceCollar, "mark=unknown")
    }
    let distance = abs(signal.worstPrice.ticks - mark.ticks)
    guard !Self.isWithin(distance, of: mark.ticks, share: limits.collar) else { return nil }
    return Denial(
      .priceCollar,
      "worst=\(text(signal.worstPrice)) mark=\(text(mark)) "
        + "limit_pct=\(GateLimits.percent(limits.collar))")
  }

  /// The stop is far enough from the worst price, and the mark has not passed it already.
  private func stop() -> Denial? {
    let distance = abs(signal.worstPrice.ticks - signal.stop.ticks)
    let isFar =
      Int128(distance) * Int128(GateLimits.whole)
      >= Int128(signal.worstPrice.ticks) * Int128(limits.minimumStop)
    let mark = world.reading?.ticker.mark
    let sign: Int64 = signal.direction == .long ? 1 : -1
    let isPassed = mark.map { ($0.ticks - signal.stop.ticks) * sign <= 0 } ?? false
    guard !isFar || isPassed else { return nil }
    return Denial(
      .stopTooClose,
      "worst=\(text(signal.worstPrice)) stop=\(text(signal.stop)) "
        + "mark=\(mark.map(text) ?? "unknown") "
        + "limit_pct=\(GateLimits.percent(limits.minimumStop))")
  }

  private func positions() -> Denial? {
    world.occupied < limits.maximumPositions
      ? nil : Denial(.maxPositions, "occupied=\(world.occupied) limit=\(limits.maximumPositions)")
  }

  /// Neither too old nor, after a clock was set back, from a future that cannot be judged.
  private static func isCurrent(_ age: Int64, _ limit: Int64) -> Bool {
    (-limit...limit).contains(age)
  }

  private func text(_ price: Price) -> String {
    world.instrument?.text(price) ?? "\(price.ticks) ticks"
  }

  /// distance ÷ whole ≤ share.
  private static func isWithin(_ distance: Int64, of whole: Int64, share: Int64) -> Bool {
    Int128(distance) * Int128(GateLimits.whole) <= Int128(whole) * Int128(share)
  }
}
