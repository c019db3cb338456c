import Domain
import Ledger

// Book and ledger count in the venue's steps, ticks and lots. Where the venue changes a step while
// something of ours is there, its numbers and ours speak of different things: trading stops, and on
// that instrument nothing is sent, compared or put right any more. The stop at the venue stays what
// it is. It ends when the venue shows nothing there: nothing is the same in any step.
extension RouterMachine {
  /// Says in the ledger in which steps it counts on the instrument; before anything is there.
  mutating func noteSteps(of id: InstrumentID, _ now: RouterTime) {
    guard let instrument = instruments[id], book.properties[Self.key(id)] != instrument.steps
    else { return }
    record(.property(Self.key(id), instrument.steps), now)
  }

  /// With each list of instruments, the first of a life included.
  mutating func checkSteps(_ now: RouterTime) {
    let active = book.activeInstruments
    recounted.formIntersection(active)
    for id in active.sorted() where !recounted.contains(id) {
      guard let steps = instruments[id]?.steps else { continue }
      guard let noted = book.properties[Self.key(id)], noted != steps else {
        noteSteps(of: id, now)
        continue
      }
      recounted.insert(id)
      let why = "\(id): the venue counts in steps of \(steps), the ledger in \(noted)"
      effects.append(.alert("\(why): close what is there by hand; its stop is not touched"))
      halt(why, now)
    }
  }

  private static func key(_ id: InstrumentID) -> String { "steps \(id)" }
}

extension Instrument {
  /// Tick and lot size.
  fileprivate var steps: String { "\(tickSize) \(lotSize)" }
}
