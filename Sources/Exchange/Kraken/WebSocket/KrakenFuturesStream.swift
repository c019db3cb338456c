package import Domain

/// Kraken Futures' WebSocket v1 behind the `MarketStream` seam.
///
/// The session is decided by `SocketMachine` in the owner's own turn; the network's thread only
/// reads frames, and hands them over through a mailbox with a bound.
package final class KrakenFuturesStream: MarketStream {
  /// Most messages of one turn of the owner's loop.
  private static let messagesPerTurn = 4096

  private let mailbox: SocketMailbox
  private let connector: SocketConnector
  private var machine: SocketMachine
  private var wishes: [SocketEvent] = []
  private var waiting: ArraySlice<SocketEvent> = []
  /// Is given everything that came in, as it came.
  package var tap: InboundTap?

  /// A session with the venue at `url`, as for `KrakenFutures`.
  ///
  /// Without `credentials` only the market is heard. `seed` decides how long it waits between two
  /// connections.
  package init(
    url: String, connectTimeoutMilliseconds: Int64, silenceMilliseconds: Int64 = 5000,
    credentials: APICredentials? = nil, seed: UInt64
  ) throws(ExchangeError) {
    guard let endpoint = SocketEndpoint(url) else { throw .badAddress(url) }
    mailbox = try SocketMailbox()
    connector = try SocketConnector(
      endpoint, mailbox, timeoutMilliseconds: connectTimeoutMilliseconds)
    var patience = SocketPatience()
    patience.silence = silenceMilliseconds
    machine = SocketMachine(
      patience: patience, signer: credentials.map(ChallengeSigner.init), seed: seed)
  }

  deinit {
    connector.shutDown()
  }

  package func learn(_ instruments: [Instrument]) { machine.learn(instruments) }

  package func subscribe(_ channel: StreamChannel, _ instruments: [InstrumentID]) {
    wishes.append(.subscribe(channel, instruments))
  }

  package func unsubscribe(_ channel: StreamChannel, _ instruments: [InstrumentID]) {
    wishes.append(.unsubscribe(channel, instruments))
  }

  package var descriptors: [PollDescriptor] { [PollDescriptor(descriptor: mailbox.bell)] }

  package var deadline: MachineTime? {
    wishes.isEmpty && waiting.isEmpty ? machine.wake : MachineTime(nanoseconds: 0)
  }

  package func advance(now: MachineTime, wall: WallTime) -> [StreamEvent] {
    let time = SocketTime(machine: now, wall: wall)
    if waiting.isEmpty { waiting = mailbox.take()[...] }
    var told: [StreamEvent] = []
    let turn = waiting.prefix(Self.messagesPerTurn)
    waiting = waiting.dropFirst(turn.count)
    for event in turn {
      if let tap, let record = InboundRecord(event) { tap(record) }
      perform(machine.step(event, now: time), &told)
    }
    for wish in wishes { perform(machine.step(wish, now: time), &told) }
    wishes = []
    // What waits has been heard of: no silence is judged before it is read.
    if waiting.isEmpty { perform(machine.step(.tick, now: time), &told) }
    return told
  }

  /// Whether everything that came in has been taken.
  package var isDrained: Bool { waiting.isEmpty }

  /// The book of an instrument that is subscribed; one that may be wrong answers nothing.
  package func book(_ id: InstrumentID) -> OrderBook? { machine.books[id] }

  /// Messages heard, refused, repeated, left aside, and connections opened, since the beginning.
  package var counts: StreamCounts {
    StreamCounts(
      messages: machine.messages, malformed: machine.malformed, repeated: machine.repeated,
      aside: machine.aside, connections: machine.connections)
  }

  private func perform(_ effects: [SocketEffect], _ told: inout [StreamEvent]) {
    for effect in effects {
      switch effect {
      case .connect(let id): connector.connect(id)
      case .close(let id): connector.close(id)
      case .send(let id, let text): connector.send(text, to: id)
      case .ping(let id): connector.ping(id)
      case .tell(let event): told.append(event)
      }
    }
  }
}

/// What a stream has heard since the beginning.
package struct StreamCounts: Hashable, Sendable {
  package let messages: UInt64
  /// Refused with a reason.
  package let malformed: UInt64
  package let repeated: UInt64
  /// Of other instruments and feeds, or of a stream that has not begun.
  package let aside: UInt64
  package let connections: UInt64
}
