import Domain

@testable import Exchange

/// A session whose venue is the test.
struct SocketDrive {
  static let id = InstrumentID("PF_XBTUSD")
  static let start: Int64 = 1_000_000
  static let instruments = ["PF_XBTUSD", "PF_ETHUSD", "PF_LTCUSD"].compactMap { symbol in
    ExactDecimal("1").flatMap { tick in
      ExactDecimal("0.0001").flatMap { lot in
        InstrumentID(symbol).flatMap { id in
          Instrument(
            id: id, tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
            initialMargin: tick, makerProtectionMilliseconds: 0, tradeable: true)
        }
      }
    }
  }

  var machine: SocketMachine
  private(set) var now = start
  /// Everything the session wanted done since it was asked last.
  private(set) var effects: [SocketEffect] = []

  init(
    _ patience: SocketPatience = SocketPatience(), signer: ChallengeSigner? = nil, seed: UInt64 = 1
  ) {
    machine = SocketMachine(
      patience: patience, signer: signer,
      instruments: Dictionary(uniqueKeysWithValues: SocketDrive.instruments.map { ($0.id, $0) }),
      seed: seed)
  }

  var time: SocketTime {
    SocketTime(
      machine: MachineTime(nanoseconds: now * 1_000_000),
      wall: WallTime(milliseconds: 1_795_564_800_000 + now))
  }

  mutating func step(_ event: SocketEvent) { effects += machine.step(event, now: time) }

  mutating func pass(_ milliseconds: Int64, step length: Int64 = 50) {
    let end = now + milliseconds
    while now < end {
      now = min(end, now + length)
      step(.tick)
    }
  }

  mutating func say(_ text: String) { step(.message(machine.connection, Array(text.utf8))) }

  mutating func jump(_ milliseconds: Int64) { now += milliseconds }

  mutating func next(_ milliseconds: Int64) -> [SocketEffect] {
    pass(milliseconds)
    return take()
  }

  /// What was wanted done, and forgets it.
  mutating func take() -> [SocketEffect] {
    defer { effects = [] }
    return effects
  }

  mutating func told() -> [StreamEvent] {
    take().compactMap { if case .tell(let event) = $0 { event } else { nil } }
  }

  mutating func sent() -> [String] {
    take().compactMap { if case .send(_, let text) = $0 { text } else { nil } }
  }

  /// Connects and subscribes the book and the trades of PF_XBTUSD.
  mutating func open(_ channels: [StreamChannel] = [.trades, .book]) {
    for channel in channels {
      step(.subscribe(channel, SocketDrive.instruments.prefix(1).map(\.id)))
    }
    step(.opened(machine.connection))
    say(#"{"event":"info","version":1}"#)
  }
}

enum Frames {
  static func book(_ number: Int64, _ side: String, _ price: String, _ quantity: String) -> String {
    #"{"feed":"book","product_id":"PF_XBTUSD","side":"\#(side)","seq":\#(number),"#
      + #""price":\#(price),"qty":\#(quantity),"timestamp":1612269953629}"#
  }

  static func snapshot(_ number: Int64) -> String {
    #"{"feed":"book_snapshot","product_id":"PF_XBTUSD","timestamp":1612269825817,"seq":\#(number),"#
      + #""tickSize":null,"bids":[{"price":34892,"qty":6385}],"#
      + #""asks":[{"price":34912,"qty":20598}]}"#
  }

  static func trade(_ number: Int64, uid: String? = nil, price: String = "34969") -> String {
    #"{"feed":"trade","product_id":"PF_XBTUSD","uid":"\#(uid ?? "t\(number)")","side":"sell","#
      + #""type":"fill","seq":\#(number),"time":\#(1_612_266_317_519 + number),"qty":1,"#
      + #""price":\#(price)}"#
  }

  /// Trades of these numbers, the newest first.
  static func trades(_ numbers: ClosedRange<Int64>, uid: (Int64) -> String = { "t\($0)" })
    -> String
  {
    let list = numbers.reversed().map { trade($0, uid: uid($0)) }.joined(separator: ",")
    return #"{"feed":"trade_snapshot","product_id":"PF_XBTUSD","trades":[\#(list)]}"#
  }
}
