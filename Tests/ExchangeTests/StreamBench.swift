import Domain
import Foundation
import Testing

@testable import Exchange

/// Measures, when INTERLOCK_BENCH is set: `ops/bench stream`.
@Suite(
  "speed of the stream", .enabled(if: ProcessInfo.processInfo.environment["INTERLOCK_BENCH"] != nil)
)
struct StreamBench {
  private static let products = 300

  /// 300 instruments, their snapshots, and then changes and trades in turn.
  private static func frames(_ count: Int) throws -> (SocketMachine, [[UInt8]]) {
    let instruments = try (0..<products).map { index in
      let tick = try #require(ExactDecimal("0.5"))
      let lot = try #require(ExactDecimal("0.0001"))
      let id = try #require(InstrumentID("PF_C\(index)USD"))
      return try #require(
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
              + #""uid":"05af78ac-a774-478c-a50c-8b9c23\#(100_000 + index % 900_000)","side":"sell","#
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

  @Test func `decode and apply`() throws {
    let count = 600_000
    let (start, messages) = try Self.frames(count)
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
    #expect(told == count && machine.malformed == 0 && sum > 0)
    func rate(_ count: Int, _ duration: Duration) -> Int {
      Int(Double(count) / (duration / .seconds(1)))
    }
    let lines = [
      "stream: \(count) messages of \(Self.products) instruments, 3 changes of a book to a trade",
      "stream: floor (each byte read once): \(rate(count, floor))/s",
      "stream: JSON tree instead of one pass, decode only: \(rate(count / 10, slow))/s",
      "stream: decode + check + apply: \(rate(count, whole))/s on one core",
    ]
    FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
  }
}
