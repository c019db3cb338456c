import Domain
import Ledger

/// Entries that the venue rejected of late: what goes on proposing what it does not take has to be
/// looked at by a person.
///
/// The times stand in the ledger, so that a restart does not begin the count anew.
struct RejectedEntries: Hashable, Sendable {
  static let property = "rejected_entries_ms"
  /// As many as can be asked for.
  static let most = 100

  private var times: [WallTime]

  /// What an earlier life counted, as the ledger remembers it.
  init(_ text: String?) {
    times = (text ?? "").split(separator: " ").compactMap { Int64($0) }
      .map(WallTime.init(milliseconds:))
  }

  var text: String { times.map { "\($0.milliseconds)" }.joined(separator: " ") }

  /// Counts one more; how many there are within the window now.
  mutating func add(_ now: WallTime, window: Int64) -> Int {
    // A time in the future, which a clock set back makes, tells nothing.
    times.removeAll { $0 > now || now.milliseconds - $0.milliseconds >= window }
    times.append(now)
    if times.count > Self.most { times.removeFirst() }
    return times.count
  }
}

extension RouterMachine {
  /// The venue has said no to an entry; the last of too many pauses all of them until a person
  /// resumes.
  mutating func countRejection(_ word: String, _ now: RouterTime) {
    let policy = settings.risk
    guard policy.rejects > 0, !RefusalOfMarket.all.contains(word) else { return }
    var rejected = RejectedEntries(book.properties[RejectedEntries.property])
    let count = rejected.add(now.wall, window: policy.rejectsWindow)
    let isTooMany = count >= policy.rejects && tradingState == .active
    // Who resumes begins anew.
    record(.property(RejectedEntries.property, isTooMany ? "" : rejected.text), now)
    guard isTooMany else { return }
    let why = "rejected=\(count) limit=\(policy.rejects) window_ms=\(policy.rejectsWindow)"
    tradingState = .reducing
    record(.property("paused", "order-router: \(why)"), now)
    record(.state("paused by order-router: \(why)"), now)
    effects.append(
      .alert("the venue rejects entries: \(why): no entries until `interlock resume`"))
  }
}
