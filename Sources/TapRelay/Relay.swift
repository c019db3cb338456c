import Wire

/// Decides what the tap says about what was heard.
///
/// Invariants:
/// 1. Every message of another publisher is passed on unchanged, in the order it was heard.
/// 2. What was lost on the way here is said on the tap, before the message that revealed it: a
///    listener's own gap shows in the relay's numbers, a gap above the relay in a note.
struct Relay {
  /// Life of the relay whose notes these are.
  let generation: UInt64
  private(set) var relayed: UInt64 = 0
  /// Messages that were lost between their publisher and the relay.
  private(set) var gaps: UInt64 = 0
  /// Frames that were not ours.
  private(set) var malformed: UInt64 = 0

  init(generation: UInt64) {
    self.generation = generation
  }

  /// What to publish for `reception`; nil when it is only counted.
  mutating func hear(_ reception: Subscriber.Reception) -> StreamBody? {
    switch reception {
    case .message(let message):
      // An envelope holds one other at most, so a relay of a relay has nothing to say.
      if case .relayed = message.body {
        malformed += 1
        return nil
      }
      relayed += 1
      return .relayed(message)
    case .gap(let source, let missed):
      let (sum, overflow) = gaps.addingReportingOverflow(missed)
      gaps = overflow ? .max : sum
      return note("gap", "source=\(source) missed=\(missed)")
    case .restarted(let source, let epoch):
      return note("restarted", "source=\(source) epoch=\(epoch)")
    case .malformed:
      malformed += 1
      return nil
    }
  }

  /// A word of the relay itself.
  func note(_ state: String, _ detail: String = "") -> StreamBody {
    .control(ControlNote(state: state, generation: generation, detail: detail))
  }
}
