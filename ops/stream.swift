// Measures what ops/bench stream promises: messages decoded, checked and applied on one core.
// Compiled together with the session of Sources/Exchange/Kraken/WebSocket; no network takes part.
import Domain

@main
enum StreamBench {
  private static let products = 300

  /// 300 instruments, their snapshots, and then changes and trades in turn.
  private static func frames(_ count: Int) -> (SocketMachine, [[UInt8]]) {
    let instruments = (0..<products).map { index in
      let tick = demand(ExactDecimal("0.5"))
      let lot = demand(ExactDecimal("0.0001"))
      let id = demand(InstrumentID("PF_C\(index)USD"))
      return demand(
        Instrument(
          id: id, tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
          initialMargin: lot, makerProtectionMilliseconds: 0, tradeable: true))
    }
    var machine = SocketMachine(
      instruments: Dictionary(uniqueKeysWithValues: instruments.map { ($0.id, $0) }), seed: 1)
    let now = SocketTime(
      machine: MachineTime(nanoseconds: 0), wall: WallTime(milliseconds: 1_795_564_800_000))
    for channel in [StreamChannel.trades, .book] {
      _ = machine.step(.subscribe(channel, instruments.map(\.id)), now: now)
    }
    _ = machine.step(.opened(1), now: now)
    for instrument in instruments {
      let levels = (0..<25).map { #"{"price":\#(50_000 - $0).5,"qty":1.5}"# }
        .joined(separator: ",")
      let asks = (1..<26).map { #"{"price":\#(50_000 + $0).5,"qty":1.5}"# }.joined(separator: ",")
      let book =
        #"{"feed":"book_snapshot","product_id":"\#(instrument.id)","timestamp":1612269825817,"#
        + #""seq":0,"tickSize":null,"bids":[\#(levels)],"asks":[\#(asks)]}"#
      _ = machine.step(.message(1, Array(book.utf8)), now: now)
      let trades = #"{"feed":"trade_snapshot","product_id":"\#(instrument.id)","trades":[]}"#
      _ = machine.step(.message(1, Array(trades.utf8)), now: now)
    }
    var numbers = [Int](repeating: 0, count: products)
    var messages: [[UInt8]] = []
    messages.reserveCapacity(count)
    for index in 0..<count {
      let product = index % products
      if index / products % 4 == 3 {
        messages.append(
          Array(
            (#"{"feed":"trade","product_id":"PF_C\#(product)USD","#
              + #""uid":"05af78ac-a774-478c-a50c-8b9c23\#(100_000 + index % 900_000)","#
              + #""side":"sell","#
              + #""type":"fill","seq":\#(index / products / 4 + 1),"time":1612266317519,"#
              + #""qty":0.15,"price":50000.5}"#).utf8))
      } else {
        numbers[product] += 1
        let quantity = index % 7 == 0 ? "0" : "\(1 + index % 9).25"
        messages.append(
          Array(
            (#"{"feed":"book","product_id":"PF_C\#(product)USD","side":"buy","#
              + #""seq":\#(numbers[product]),"price":\#(50_000 - index % 25).5,"#
              + #""qty":\#(quantity),"timestamp":1612269953629}"#).utf8))
      }
    }
    return (machine, messages)
  }

  private static func demand<Value>(_ value: Value?) -> Value {
    guard let value else { fatalError("the bench's own values are possible") }
    return value
  }

  static func main() {
    let count = 1_200_000
    let (start, messages) = frames(count)
    let clock = ContinuousClock()
    let now = SocketTime(
      machine: MachineTime(nanoseconds: 1), wall: WallTime(milliseconds: 1_795_564_800_000))
    // The floor: every byte is looked at once, and nothing else is done.
    var sum: UInt64 = 0
    let floor = clock.measure {
      for message in messages { for byte in message { sum &+= UInt64(byte) } }
    }
    let slow = clock.measure {
      for message in messages.prefix(count / 10) { _ = try? start.reader.readSlowly(message) }
    }
    var machine = start
    var told = 0
    let whole = clock.measure {
      for message in messages {
        for effect in machine.step(.message(1, message), now: now) {
          if case .tell = effect { told += 1 }
        }
      }
    }
    guard told == count, machine.malformed == 0, sum > 0 else {
      fatalError("\(told) of \(count) messages were told, \(machine.malformed) refused")
    }
    func rate(_ count: Int, _ duration: Duration) -> Int {
      Int(Double(count) / (duration / .seconds(1)))
    }
    print("bench: \(count) messages of \(products) instruments, 3 changes of a book to a trade")
    print("bench: floor, each byte read once: \(rate(count, floor)) messages/s")
    print("bench: JSON tree instead of one pass, decode only: \(rate(count / 10, slow))/s")
    print("bench: decode + check + apply: \(rate(count, whole))/s on one core")
    let share = Double(products * 100) / Double(rate(count, whole)) * 100
    print("bench: 300 instruments at 100 messages/s are \(Int(share + 0.5)) % of that core")
  }
}
