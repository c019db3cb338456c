import Daemon

/// When a stage that died may come back, or whether it is given up.
///
/// 1. The n-th death in a row waits `initial · 2ⁿ⁻¹`, at most `max`, of which a random half is
///    taken off so that stages that died together do not return together.
/// 2. A stage that was ready for `backoff_reset_s` starts again at the beginning.
/// 3. More than `breaker_deaths` deaths within `breaker_window_s` open the breaker.
struct RestartPolicy: Sendable {
  enum Verdict: Equatable, Sendable {
    case restart(afterMilliseconds: Int64)
    case giveUp(deaths: Int)
  }

  private var deaths: [Int64] = []
  private var inARow = 0

  /// Judges a death at `now`; `readySince` is when the dead process became ready, if it did.
  mutating func died(
    now: Int64, readySince: Int64?, settings: SupervisorSettings, random: inout SeededGenerator
  ) -> Verdict {
    let window = settings.breakerWindowSeconds * 1_000_000_000
    deaths.removeAll { now - $0 > window }
    deaths.append(now)
    if deaths.count > Int(settings.breakerDeaths) { return .giveUp(deaths: deaths.count) }
    if let readySince, now - readySince >= settings.backoffResetSeconds * 1_000_000_000 {
      inARow = 0
    }
    inARow += 1
    let full = Self.full(inARow, settings)
    return .restart(afterMilliseconds: full - Int64.random(in: 0...(full / 2), using: &random))
  }

  /// The back-off of the n-th death in a row before jitter.
  static func full(_ inARow: Int, _ settings: SupervisorSettings) -> Int64 {
    var delay = settings.backoffInitialMilliseconds
    var deaths = 1
    while deaths < inARow, delay < settings.backoffMaximumMilliseconds {
      delay *= 2
      deaths += 1
    }
    return min(delay, settings.backoffMaximumMilliseconds)
  }
}
