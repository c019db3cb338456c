import Daemon
import Domain
import Exchange
import Foundation
import Glibc

/// The router's hands without its head: the real transport, with the real latch read in every turn
/// and once more before the first byte of every order.
///
/// Standard output says `clear N T` and `latched N T` when a turn reads the latch so for the first
/// time; N is how many orders were let out until then, T when the last one was.
final class OrderFlood {
  private static let inFlight = 8

  private let venue: KrakenFutures
  private let latch: LatchFile
  private var allowed = 0
  /// Machine time just before the first byte of the newest order.
  private var lastAllowed: Int64 = 0
  private var tag: UInt64 = 0

  init(folder: String, port: UInt16) throws {
    var settings = KrakenFutures.Settings(
      url: "http://127.0.0.1:\(port)", requestTimeoutMilliseconds: 2000,
      connectTimeoutMilliseconds: 2000)
    settings.rates.trading = 1_000_000_000
    guard let credentials = APICredentials(key: "k", base64Secret: "c2VjcmV0") else {
      fatalError("the sample key is one")
    }
    venue = try KrakenFutures(settings, credentials: credentials)
    latch = try LatchFile(stateDirectory: folder, owner: KillTrials.owner, makes: false)
  }

  func run() throws -> Never {
    venue.lastObjection = { [unowned self] _ in
      guard latch.read() == .clear else { return "latched" }
      allowed += 1
      lastAllowed = Clock.machineNanoseconds()
      return nil
    }
    try learn()
    var isActive: Bool?
    var waiting = 0
    while getppid() != 1 {
      let isLatched = latch.read().isActive
      if isLatched != isActive {
        isActive = isLatched
        let word = isLatched ? "latched" : "clear"
        Output.write("\(word) \(allowed) \(lastAllowed)\n", to: STDOUT_FILENO)
      }
      while waiting < Self.inFlight, !isLatched {
        tag += 1
        venue.start(.place(placement(tag)), tag: tag)
        waiting += 1
      }
      waiting -= turn(milliseconds: isLatched ? 1 : 100).count
    }
    exit(0)
  }

  /// Prices and sizes are counted in the steps of the venue's own instruments.
  private func learn() throws {
    venue.start(.instruments, tag: 0)
    for _ in 0..<1000 {
      guard let report = turn(milliseconds: 10).first else { continue }
      if case .answer = report.outcome { return }
      throw Fatal(.internalError, "unable to read the instruments: \(report.outcome)")
    }
    throw Fatal(.tryAgain, "unable to read the instruments: no answer")
  }

  private func turn(milliseconds: Int32) -> [VenueReport] {
    let wanted = venue.descriptors
    var items = wanted.map { one in
      pollfd(
        fd: one.descriptor,
        events: Int16((one.readable ? POLLIN : 0) | (one.writable ? POLLOUT : 0)), revents: 0)
    }
    let isDue = venue.deadline.map { $0 <= Self.now } ?? false
    poll(&items, nfds_t(items.count), isDue ? 0 : min(milliseconds, 5))
    let ready = items.filter { $0.revents != 0 }.map { item in
      PollDescriptor(
        descriptor: item.fd, readable: item.revents & Int16(POLLOUT) != item.revents,
        writable: item.revents & Int16(POLLOUT) != 0)
    }
    return venue.advance(ready: ready, now: Self.now)
  }

  private func placement(_ number: UInt64) -> OrderPlacement {
    guard let id = InstrumentID("PF_XBTUSD") else { fatalError("PF_XBTUSD is a symbol") }
    return OrderPlacement(
      clientOrderID: ClientOrderID(unchecked: "order-\(number)"), instrument: id, side: .buy,
      quantity: Quantity(lots: 1), type: .immediateOrCancel(limit: Price(ticks: 100_000)),
      reduceOnly: false,
      processBefore: WallTime(milliseconds: Clock.wallMilliseconds() + 5000))
  }

  private static var now: MachineTime { MachineTime(nanoseconds: Clock.machineNanoseconds()) }
}
