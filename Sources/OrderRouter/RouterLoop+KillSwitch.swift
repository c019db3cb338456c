import Daemon
import Domain
import Ledger

// The router's part of the kill switch, and the copy of its ledger: what takes more than a turn.
extension RouterLoop {
  /// Pages of the ledger that are copied in one turn: one MiB.
  private static let pagesPerTurn: Int32 = 256

  /// What whoever pressed waits for: `pending` is empty when the venue was read since and shows
  /// nothing but stops of what is stopped.
  ///
  /// `epoch` is this life, `started` and `completed` are numbers of its readings of the venue.
  var latchAnswer: String {
    RouterQueries.json([
      "active": machine.latch.isActive, "text": machine.latch.text,
      "pending": machine.latchPending, "epoch": host.epoch, "phase": machine.phase.rawValue,
      "started": machine.readingsStarted, "completed": machine.readingsCompleted,
    ]) ?? "{}"
  }

  /// The last step of an acknowledgement; the ledger knows of it already.
  func clearLatch(_ command: UInt64, _ acknowledged: LatchView) throws(Fatal) {
    let isCleared = try latch.clear { LatchView($0) == acknowledged }
    let answer: CommandAnswer =
      isCleared
      ? .done("the kill latch is cleared: \(acknowledged.text)")
      : .refused("the kill latch was pressed again meanwhile: look at it, then acknowledge that")
    commands.removeValue(forKey: command)?.answer(answer)
  }

  /// `resolve` may name the intent instead of its one order that is held.
  func withOrder(
    _ verb: String, _ arguments: [String: String]
  ) throws(Fatal) -> [String: String] {
    guard verb == "resolve", let name = arguments["intent"] else { return arguments }
    let named = machine.book.liveOrders.filter { "\($0.intent)" == name || $0.id.text == name }
    guard !named.isEmpty else { throw Fatal(.no, "no open intent or order \(name)") }
    let held = named.filter { $0.status == .held }
    guard held.count == 1, let order = held.first else {
      let words = named.map { "\($0.role.rawValue) \($0.id.text) is \($0.status.rawValue)" }
      throw Fatal(
        .no,
        held.isEmpty
          ? "nothing of it is held: \(words.joined(separator: ", "))"
          : "several orders of it are held, name one: \(words.joined(separator: ", "))")
    }
    var arguments = arguments
    arguments["order"] = order.id.text
    return arguments
  }

  // MARK: - The copy

  func startCopy(_ query: ControlQuery) throws {
    guard let file = query.arguments["file"], file.hasPrefix("/"), file.utf8.count <= 4096 else {
      return query.refuse("copy: file is no absolute path")
    }
    guard copy == nil else { return query.refuse("copy: another copy is under way") }
    copy = (try ledger.copy(to: file), query)
  }

  /// One piece of the copy; commits go on between the pieces.
  func advanceCopy() {
    guard let (running, query) = copy else { return }
    do {
      guard try running.advance(pages: Self.pagesPerTurn) else { return }
      query.answer(RouterQueries.json(["done": query.arguments["file"] ?? ""]) ?? "{}")
    } catch {
      query.refuse("copy: \(error)")
    }
    copy = nil
  }
}
