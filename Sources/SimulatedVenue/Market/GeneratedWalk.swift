/// The random walk inside a generated day, one minute a step, in fractions of the price.
struct GeneratedWalk: Hashable, Sendable {
  /// What one minute does.
  struct Step: Hashable, Sendable {
    /// Between the last close and this open.
    let jump: Double
    /// From open to close.
    let move: Double
    let wickAbove: Double
    let wickBelow: Double
    /// Traded amount in quote currency.
    let turnover: Double
    let isSilent: Bool
  }

  private enum Regime: Hashable, Sendable {
    case trend(drift: Double)
    case range
    case volatile

    var volatility: Double {
      switch self {
      case .trend: 0.8
      case .range: 0.7
      case .volatile: 2.2
      }
    }
  }

  /// Usual move of a minute.
  private static let usualMove = 0.0007

  private var random: SplitMix
  private var regime = Regime.range
  private var minutesLeft = 0
  private var silentMinutes = 0
  private var isFirst = true
  /// Distance from where the regime began.
  private var distance = 0.0
  /// Volatility now as a multiple of the regime's; pulled back to 1.
  private var heat = 1.0

  init(seed: UInt64) {
    random = SplitMix(seed: seed)
  }

  mutating func step() -> Step {
    if minutesLeft == 0 { enterRegime() }
    minutesLeft -= 1
    let shock = random.oneIn(240) ? random.bell() * 3 : random.bell()
    let volatility = Self.usualMove * regime.volatility * heat
    let move = shock * volatility + pull
    let jump = random.oneIn(480) && !isFirst ? random.bell() * Self.usualMove * 3 : 0
    distance += move + jump
    // A large move makes the next ones larger, a small one calms them.
    heat += 0.05 * (1 - heat) + 0.06 * (shock * shock - 1)
    heat = min(max(heat, 0.4), 3.5)
    if silentMinutes > 0 {
      silentMinutes -= 1
    } else if random.oneIn(1440), !isFirst {
      silentMinutes = random.whole(1...3)
    }
    isFirst = false
    return Step(
      jump: jump, move: move, wickAbove: abs(random.bell()) * volatility * 0.4,
      wickBelow: abs(random.bell()) * volatility * 0.4,
      turnover: 400_000 * (0.3 + random.unit() + heat * abs(shock)), isSilent: silentMinutes > 0)
  }

  /// What the regime adds to a move: its drift, or the way back to the middle of the range.
  private var pull: Double {
    switch regime {
    case .trend(let drift): drift
    case .range: -distance * 0.04
    case .volatile: 0
    }
  }

  private mutating func enterRegime() {
    minutesLeft = random.whole(30...240)
    distance = 0
    let direction = random.oneIn(2) ? 1.0 : -1.0
    switch random.whole(1...10) {
    case 1...4: regime = .trend(drift: direction * (0.00008 + random.unit() * 0.00012))
    case 5...8: regime = .range
    default: regime = .volatile
    }
  }
}
