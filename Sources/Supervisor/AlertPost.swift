import Daemon

/// Alerts on their way to the alerter, kept until it has taken care of them.
///
/// 1. At most `bound` wait; beyond that the oldest of a stage that died or hung goes, which many
///    others tell of, else the oldest, and is counted.
/// 2. What the alerter has not answered is told to its next life again, under the same id, so that
///    an alerter that dies repeats a message rather than losing one.
struct AlertPost {
  static let bound = 64

  private let life: String
  private var next: UInt64 = 1
  private(set) var waiting: [Alert] = []
  private(set) var dropped = 0

  /// `life` tells this supervisor's alerts from those of another.
  init(life: String) {
    self.life = life
  }

  mutating func add(
    _ event: AlertEvent, _ stage: String, _ text: String, milliseconds: Int64
  ) -> Alert {
    let alert = Alert(
      id: "\(life)-\(next)", event: event, stage: stage, text: text, milliseconds: milliseconds)
    next += 1
    if waiting.count == Self.bound {
      waiting.remove(at: waiting.firstIndex { $0.event.isRepetitive } ?? 0)
      dropped += 1
    }
    waiting.append(alert)
    return alert
  }

  mutating func settled(_ id: String) { waiting.removeAll { $0.id == id } }
}
