import Daemon
import Domain
import Wire

/// The router's ledger events from a number on, for a listener that was not there.
///
/// Invariant: after `read` every event from `from` up to `newest` was handed on once and in order;
/// what the tap says of these again is dropped by `isNew`.
struct LedgerBacklog {
  private static let patienceMilliseconds: Int64 = 5000
  private static let askMilliseconds: Int64 = 500

  private(set) var newest: Int64

  /// `from` is the first number that is wanted.
  init(from: Int64) {
    newest = from - 1
  }

  /// Hands on what the ledger holds; throws `tryAgain` when the router does not answer.
  mutating func read(
    _ client: RequestClient, _ poller: Poller, _ heard: (StreamMessage) throws -> Bool
  ) throws {
    var end = Self.now.advanced(byMilliseconds: Self.patienceMilliseconds)
    var asked: (id: UInt64, again: MachineTime)?
    while true {
      let now = Self.now
      guard now < end else {
        throw Fatal(
          .tryAgain, "unable to read the ledger's events: order-router does not answer: try again")
      }
      if asked.map({ $0.again <= now }) ?? true {
        let id = client.ask(.replay(from: newest + 1, count: 250))
        asked = (id, now.advanced(byMilliseconds: Self.askMilliseconds))
      }
      _ = try poller.wait(
        sockets: [client.handle], descriptors: [], until: min(end, asked?.again ?? end), now: now)
      while let answer = client.receive() {
        guard answer.id == asked?.id, answer.reply.refusal == nil else { continue }
        for event in answer.reply.events where event.number > newest {
          newest = event.number
          let message = StreamMessage(
            source: "order-router", epoch: answer.reply.epoch, sequence: 0, body: .event(event))
          guard try heard(message) else { return }
        }
        if newest >= answer.reply.newestEvent { return }
        asked = nil
        end = Self.now.advanced(byMilliseconds: Self.patienceMilliseconds)
      }
    }
  }

  /// Whether an event on the tap was not among those that were read.
  func isNew(_ event: LedgerEvent) -> Bool { event.number > newest }

  private static var now: MachineTime { MachineTime(nanoseconds: Clock.machineNanoseconds()) }
}
