import Daemon
import Domain
import SimulatedVenue

/// One page of the history service: what a call asked for, and a walk over the journal.
///
/// Bounds: at most `count` elements. Where the answer has a continuation token, at most
/// `mostBlocks` blocks of the journal are read; what lies beyond is behind the token, which is the
/// number of the next record and how many of its elements were told.
struct HistoryPage: Sendable {
  /// The venue's own bound of one answer.
  static let most = 1000
  static let mostBlocks = 64

  private let since: Int64
  private let before: Int64
  /// Until when the service shows what happened; what is younger comes later.
  private let shown: Int64
  private let isAscending: Bool
  private let count: Int
  private let token: Token?
  /// Numbers of the records that are wanted.
  var records: ClosedRange<Int64> = 1...Int64.max
  /// Nil for every contract.
  let contract: InstrumentID?

  /// Where a page goes on.
  private struct Token {
    let record: Int64
    let told: Int

    init(record: Int64, told: Int = 0) {
      self.record = record
      self.told = told
    }

    init?(_ text: String) {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == "record", let record = Int64(parts[1]), record >= 0,
        let told = Int(parts[2]), (0...16).contains(told)
      else { return nil }
      self.init(record: record, told: told)
    }

    var text: String { "record-\(record)-\(told)" }
  }

  /// Nil when a parameter is not what it should be.
  init?(
    _ call: EndpointCall, _ view: HistoryView, defaultCount: Int = most, mostCount: Int = most
  ) {
    func number(_ name: String) -> Int64?? {
      guard let text = call.parameter(name), !text.isEmpty else { return .some(nil) }
      return Int64(text).map { .some($0) }
    }
    guard let since = number("since"), let before = number("before"), let count = number("count"),
      ["asc", "desc", nil].contains(call.parameter("sort")?.lowercased())
    else { return nil }
    let lag = view.book.policies.historyLagMilliseconds
    self.since = since ?? 0
    self.before = before ?? .max
    // Without a lag everything shows, also what a clock that was set back since calls the future.
    shown = lag == 0 ? .max : call.now.wall.milliseconds - lag
    isAscending = call.parameter("sort")?.lowercased() == "asc"
    self.count = Int(min(max(1, count ?? Int64(defaultCount)), Int64(mostCount)))
    contract = call.parameter("tradeable").flatMap { InstrumentID($0) }
    if call.parameter("tradeable") != nil && contract == nil { return nil }
    let text = call.parameter("continuation_token") ?? call.parameter("continuationToken")
    guard let text, !text.isEmpty else {
      token = nil
      return
    }
    guard let token = Token(text) else { return nil }
    self.token = token
  }

  /// The elements of the records and the token of what lies beyond.
  ///
  /// `spell` makes those of one record, newest first.
  func collect(
    _ view: HistoryView, mostBlocks: Int = mostBlocks, _ spell: (BookRecord) -> [JSON]
  ) throws(Fatal) -> (elements: [JSON], token: String?) {
    let journal = view.journal
    guard journal.blockCount > 0 else { return ([], nil) }
    var elements: [JSON] = []
    var block = start(journal)
    var left = mostBlocks
    while (0..<journal.blockCount).contains(block) {
      let found = try journal.entries(ofBlock: block).compactMap(\.record)
      for record in isAscending ? found : found.reversed() {
        guard isWanted(record) else {
          if isOver(record) { return (elements, nil) }
          continue
        }
        let told = record.number == token?.record ? token?.told ?? 0 : 0
        let whole = spell(record)
        let made = (isAscending ? whole.reversed() : whole).dropFirst(told)
        let room = count - elements.count
        if made.count > room {
          elements += made.prefix(room)
          return (elements, Token(record: record.number, told: told + room).text)
        }
        elements += made
      }
      block += isAscending ? 1 : -1
      left -= 1
      let next = isAscending ? found.last.map { $0.number + 1 } : found.first.map { $0.number - 1 }
      if left <= 0, let next, (0..<journal.blockCount).contains(block) {
        return (elements, Token(record: next).text)
      }
    }
    return (elements, nil)
  }

  private func start(_ journal: JournalReader) -> Int {
    if let token { return journal.block(ofRecord: token.record) }
    let time = isAscending ? journal.block(beforeWall: since) : journal.block(atWall: before)
    let bound = journal.block(ofRecord: isAscending ? records.lowerBound : records.upperBound)
    return isAscending ? max(time, bound) : min(time, bound)
  }

  private func isWanted(_ record: BookRecord) -> Bool {
    let time = record.wall.milliseconds
    if let number = token?.record, isAscending ? record.number < number : record.number > number {
      return false
    }
    return since <= time && time <= min(before, shown) && records.contains(record.number)
  }

  /// Whether nothing that comes after the record can be wanted.
  private func isOver(_ record: BookRecord) -> Bool {
    let time = record.wall.milliseconds
    return isAscending
      ? time > before || record.number > records.upperBound
      : time < since || record.number < records.lowerBound
  }
}
