import Domain
@testable import Exchange

/// What a venue says on its stream: one message a line, to a session that wants everything.
enum StreamTarget {
  private static let instruments: [InstrumentID: Instrument] = {
    var known: [InstrumentID: Instrument] = [:]
    for symbol in ["PF_XBTUSD", "PF_ETHUSD"] {
      guard let id = InstrumentID(symbol), let tick = ExactDecimal("0.5"),
        let lot = ExactDecimal("0.0001"),
        let instrument = Instrument(
          id: id, tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
          initialMargin: tick, makerProtectionMilliseconds: 0, tradeable: true)
      else { fatalError("fuzz: the steps are positive") }
      known[id] = instrument
    }
    return known
  }()

  static func run(_ bytes: [UInt8]) {
    let signer = APICredentials(key: "k", base64Secret: "AAAA").map(ChallengeSigner.init)
    var session = SocketMachine(signer: signer, instruments: instruments, seed: 7)
    var wall: Int64 = 1_700_000_000_000
    var live: Set<StreamID> = []
    func step(_ event: SocketEvent) {
      wall += 7
      let time = SocketTime(
        machine: MachineTime(nanoseconds: wall * 1_000_000), wall: WallTime(milliseconds: wall))
      for effect in session.step(event, now: time) {
        if case .tell(let event) = effect { check(event, &live) }
      }
      for (id, book) in session.books {
        demand(live.contains(StreamID(.book, id)), "a book is there that has not begun")
        demand(book.isKnown, "a book is there that is not known")
      }
    }
    for channel in StreamChannel.allCases {
      step(.subscribe(channel, instruments.keys.sorted()))
    }
    step(.opened(session.connection))
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      compare(Array(line), session.reader)
      step(.message(session.connection, Array(line)))
    }
  }

  /// The short cut reads what the long way reads.
  private static func compare(_ line: [UInt8], _ reader: SocketReader) {
    guard DeltaScanner.scan(line) != nil else { return }
    let quick = Result { () throws(MalformedAnswer) in try reader.read(line) }
    let slow = Result { () throws(MalformedAnswer) in try reader.readSlowly(line) }
    demand(quick == slow, "one pass reads another message")
  }

  private static func check(_ event: StreamEvent, _ live: inout Set<StreamID>) {
    func isOf(_ channel: StreamChannel, _ id: InstrumentID? = nil) {
      demand(live.contains(StreamID(channel, id)), "\(channel) is told before it has begun")
    }
    switch event {
    case .began(let stream, _): live.insert(stream)
    case .gap(let stream, _): live.remove(stream)
    case .disconnected: live = []
    case .trade(let trade):
      isOf(.trades, trade.instrument)
      demand(trade.price.ticks > 0, "a trade without a price")
    case .ticker(let ticker, let delay):
      isOf(.tickers, ticker.instrument)
      demand(delay >= 0, "a ticker of the future")
    case .book(let book): isOf(.book, book.instrument)
    case .level(let change): isOf(.book, change.instrument)
    case .orders, .order: isOf(.orders)
    case .fills, .fill: isOf(.fills)
    case .positions: isOf(.positions)
    case .money: isOf(.money)
    case .connected, .refused: break
    }
  }
}
