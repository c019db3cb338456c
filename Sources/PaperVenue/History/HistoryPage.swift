import Daemon
import Domain
import SimulatedVenue

/// One page of the history service: what a call asked for, and a walk over the journal.
///
/// Bounds: at most `most` elements, and at most `mostBlocks` blocks of the journal are read; what
/// lies beyond is behind the continuation token, which is the number of the next record.
struct HistoryPage {
  /// The venue's own bound of one answer.
  static let most = 1000
  private static let mostBlocks = 64

  private let since: Int64
  private let before: Int64
  /// The end of the window that was asked for, the lag apart.
  private let asked: Int64
  private let isAscending: Bool
  private let count: Int
  private let token: Int64?
  /// Nil for every contract.
  let contract: InstrumentID?

  /// Nil when a parameter is not what it should be.
  init?(_ call: EndpointCall, _ state: VenueCore.State, defaultCount: Int = most) {
    func number(_ name: String) -> Int64?? {
      guard let text = call.parameter(name), !text.isEmpty else { return .some(nil) }
      return Int64(text).map { .some($0) }
    }
    guard let since = number("since"), let before = number("before"), let count = number("count"),
      ["asc", "desc", nil].contains(call.parameter("sort")?.lowercased())
    else { return nil }
    let lag = state.machine.book.policies.historyLagMilliseconds
    self.since = since ?? 0
    asked = before ?? .max
    self.before = min(before ?? .max, call.now.wall.milliseconds - lag)
    isAscending = call.parameter("sort")?.lowercased() == "asc"
    self.count = Int(min(max(1, count ?? Int64(defaultCount)), Int64(Self.most)))
    contract = call.parameter("tradeable").flatMap { InstrumentID($0) }
    if call.parameter("tradeable") != nil && contract == nil { return nil }
    let text = call.parameter("continuation_token") ?? call.parameter("continuationToken")
    guard let text, !text.isEmpty else {
      token = nil
      return
    }
    guard let number = Int64(text.replacing("record-", with: "")) else { return nil }
    token = number
  }

  /// The elements that `spell` makes of the records, and the token of what lies beyond.
  func collect(
    _ state: VenueCore.State, _ spell: (BookRecord) -> [JSON]
  ) throws(Fatal) -> (elements: [JSON], token: String?) {
    let journal = state.journal.reader
    guard journal.blockCount > 0 else { return ([], nil) }
    var elements: [JSON] = []
    var block = start(journal)
    var left = Self.mostBlocks
    while (0..<journal.blockCount).contains(block) {
      let records = try journal.entries(ofBlock: block).compactMap(\.record)
      for record in isAscending ? records : records.reversed() {
        guard isWanted(record) else {
          if isOver(record) { return (elements, nil) }
          continue
        }
        let made = spell(record)
        // What one record makes stays together, even where it is more than was asked for: a page
        // without an element would be asked for again for ever.
        if !elements.isEmpty, elements.count + made.count > count {
          return (elements, Self.text(record.number))
        }
        // What one record makes is made newest first.
        elements += isAscending ? made.reversed() : made
      }
      block += isAscending ? 1 : -1
      left -= 1
      let next =
        isAscending ? records.last.map { $0.number + 1 } : records.first.map { $0.number - 1 }
      if left == 0, let next, (0..<journal.blockCount).contains(block) {
        return (elements, Self.text(next))
      }
    }
    return (elements, nil)
  }

  private static func text(_ number: Int64) -> String { "record-\(number)" }

  private func start(_ journal: JournalReader) -> Int {
    if let token { return journal.block(ofRecord: token) }
    return isAscending ? journal.block(beforeWall: since) : journal.block(atWall: before)
  }

  private func isWanted(_ record: BookRecord) -> Bool {
    let time = record.wall.milliseconds
    if let token, isAscending ? record.number < token : record.number > token { return false }
    return since <= time && time <= before
  }

  /// Whether nothing that comes after the record can be wanted; one from after this moment does not
  /// say so, because the clock may have been set back since.
  private func isOver(_ record: BookRecord) -> Bool {
    let time = record.wall.milliseconds
    return isAscending ? time > asked : time < since
  }
}

extension VenueCore.State {
  /// The newest fills before a moment, newest first, as far back as the journal goes.
  func fills(before time: WallTime, most: Int) -> [VenueFill] {
    let journal = journal.reader
    var fills: [VenueFill] = []
    var block = journal.blockCount == 0 ? -1 : journal.block(atWall: time.milliseconds)
    while block >= 0, fills.count < most {
      // A block that cannot be read now is a disk that fails: the next write ends the process.
      guard let entries = try? journal.entries(ofBlock: block) else { break }
      for record in entries.compactMap(\.record).reversed() where fills.count < most {
        if case .fill(let fill, _, _) = record.change, fill.time < time { fills.append(fill) }
      }
      block -= 1
    }
    return fills
  }
}
