import Daemon
import Domain
import Exchange
import Foundation

/// What a round of questions says of a venue and of a key.
enum VenueRows {
  static let skewWarnMilliseconds: Int64 = 2000
  static let skewFailMilliseconds: Int64 = 10_000

  /// Reachable, clock, limits and instruments.
  static func publicRows(
    _ round: VenueRound, url: String, readings: Int, wanted: [String]
  ) -> [CheckRow] {
    let outcome = round.ask(.instruments)
    for _ in 1..<max(2, readings) where outcome.isAnswer { _ = round.ask(.tickers) }
    return [
      reachable(outcome, url), skew(round.skewMilliseconds),
      budget(outcome, asked: round.asked), instruments(outcome, wanted: wanted),
    ]
  }

  static func reachable(_ outcome: VenueOutcome, _ url: String) -> CheckRow {
    switch outcome {
    case .answer: .ok("venue", "\(url) answers")
    case .refused(let word):
      .fail("venue", "\(url) refuses: \(word)", "see the venue's status page")
    case .ambiguous(let why):
      .fail(
        "venue", "\(url): \(why)",
        "check network, name look-up, exchange.proxy and the venue's status page")
    }
  }

  static func skew(_ milliseconds: Int64?) -> CheckRow {
    guard let milliseconds else { return .skip("skew", "the venue did not say its time") }
    let found = "our clock is \(milliseconds) ms ahead of the venue's"
    let remedy = "synchronise the clock: systemd-timesyncd or chrony"
    switch abs(milliseconds) {
    case skewFailMilliseconds...: return .fail("skew", found, remedy)
    case skewWarnMilliseconds...: return .warn("skew", found, remedy)
    default: return .ok("skew", found)
    }
  }

  static func budget(_ outcome: VenueOutcome, asked: Int) -> CheckRow {
    if case .refused(let word) = outcome, word.hasPrefix("apiLimitExceeded") {
      return .fail(
        "rate_budget", "the venue refuses for its limit",
        "wait ten minutes; find out who else uses this key or address")
    }
    guard outcome.isAnswer else { return .skip("rate_budget", "the venue did not answer") }
    return .ok("rate_budget", "\(asked) public requests were answered, none refused for a limit")
  }

  static func instruments(_ outcome: VenueOutcome, wanted: [String]) -> CheckRow {
    guard case .answer(.instruments(let list)) = outcome else {
      return .skip("instruments", "the venue did not answer")
    }
    let tradeable = Set(list.filter(\.tradeable).map(\.id.symbol))
    guard !tradeable.isEmpty else {
      return .fail(
        "instruments", "none of \(list.count) can be traded", "see the venue's status page")
    }
    let missing = wanted.filter { !tradeable.contains($0) }
    guard missing.isEmpty else {
      return .fail(
        "instruments", "not tradeable: \(missing.joined(separator: ", "))",
        "correct market_data.instruments")
    }
    return .ok("instruments", "\(tradeable.count) can be traded, read just now")
  }

  /// Reading with the key, then taking away an order that nobody ever placed.
  static func rights(_ round: VenueRound) -> CheckRow {
    switch round.ask(.openOrders) {
    case .answer: break
    case .refused(let word):
      return .fail("key_rights", "the key may not read: \(word)", remedy)
    case .ambiguous(let why): return .skip("key_rights", why)
    }
    let nobodys = ClientOrderID(unchecked: UUID().uuidString.lowercased())
    let soon = WallTime(milliseconds: Clock.wallMilliseconds() + 5000)
    switch round.ask(.cancel(nobodys, processBefore: soon)) {
    case .answer(.cancel(.notFound)):
      return .ok(
        "key_rights",
        "reads and trades; whether it may withdraw is not told by this interface: look at the "
          + "venue's page of keys")
    case .answer(let answer):
      return .warn("key_rights", "an odd answer to a cancel of nothing: \(answer)", remedy)
    case .refused(let word):
      return .fail("key_rights", "the key reads but may not trade: \(word)", remedy)
    case .ambiguous(let why):
      return .warn("key_rights", "reads; whether it trades is not known: \(why)", remedy)
    }
  }

  private static let remedy =
    "make a key with the right to trade and without the right to withdraw, on the venue's page"
}

extension VenueOutcome {
  fileprivate var isAnswer: Bool { if case .answer = self { true } else { false } }
}
