import Daemon
import Domain
import Exchange
import Foundation
import Glibc
import SimulatedVenue

/// The public side of another venue: its list of instruments, its stream, its answers.
///
/// Only what anybody may ask is asked; there is no key. It is used by one thread at a time.
final class FollowedVenue {
  /// Where it is and how it is spoken to.
  struct Settings: Sendable {
    var url: String
    var requestTimeoutMilliseconds: Int64
    var connectTimeoutMilliseconds: Int64
    var silenceMilliseconds: Int64
    var certificateAuthorities: String?
    var proxy: String?
    /// Where the list of instruments is kept between lives; nil keeps none.
    var cachePath: String?
    var cacheAgeMilliseconds: Int64
    /// Empty follows everything that can be traded here.
    var instruments: [InstrumentID] = []
  }

  let settings: Settings
  private let rest: KrakenFutures
  private var tag: UInt64 = 0

  init(_ settings: Settings) throws(Fatal) {
    self.settings = settings
    var exchange = KrakenFutures.Settings(
      url: settings.url, requestTimeoutMilliseconds: settings.requestTimeoutMilliseconds,
      connectTimeoutMilliseconds: settings.connectTimeoutMilliseconds)
    exchange.certificateAuthorities = settings.certificateAuthorities
    exchange.proxy = settings.proxy
    exchange.keepsInstrumentList = true
    exchange.instrumentCache = settings.cachePath.map {
      InstrumentCache(path: $0, maxAgeMilliseconds: settings.cacheAgeMilliseconds)
    }
    do {
      rest = try KrakenFutures(exchange, credentials: nil)
    } catch {
      throw Fatal(.badConfiguration, "\(error)")
    }
  }

  /// Why the list on disk was not used or written; nil when it was, or when there is none.
  var cacheObjection: String? { rest.cacheObjection.map { "\($0)" } }

  /// The instruments as they were last read.
  var instruments: [InstrumentID: Instrument] { rest.instruments }

  // MARK: - At the start

  /// What its list holds at the start.
  struct Listing {
    /// Those that are followed.
    let contracts: [VenueContract]
    /// Every contract that could be, in whose terms an old position can still be valued.
    let known: [VenueContract]
    /// One sentence for each instrument that was left aside.
    let leftAside: [String]
  }

  /// What is listed and followed: the terms as its own list has them, and why others are not.
  ///
  /// A list on disk serves while the venue does not answer; without either there is nothing to
  /// list, and the start is tried again.
  func list(stillStarting: () -> Void) throws(Fatal) -> Listing {
    let outcome = wait(for: .instruments, stillStarting)
    guard let list = rest.instrumentList else {
      throw Fatal(
        .tryAgain,
        "unable to follow \(settings.url): its instruments cannot be read: \(outcome): see that it "
          + "can be reached, or correct venue.public_url")
    }
    let file = try InstrumentsFile.parse(
      Data(list), file: "\(settings.url)/derivatives/api/v3/instruments", leavesOddAside: true)
    var leftAside = file.leftAside
    let contracts = file.contracts.filter { contract in
      guard settings.instruments.isEmpty || settings.instruments.contains(contract.id) else {
        return false
      }
      guard let known = rest.instruments[contract.id], known.tickSize == contract.tickSize,
        known.lotSize == contract.lotSize
      else {
        leftAside.append("\(contract.symbol): left aside, its steps cannot be read")
        return false
      }
      return contract.instrument.tradeable
    }
    let missing = settings.instruments.filter { id in !contracts.contains { $0.id == id } }
    guard missing.isEmpty else {
      throw Fatal(
        .badConfiguration,
        "unable to follow \(missing.map(\.symbol).joined(separator: ", ")): \(settings.url) lists "
          + "no such perpetual in USD: correct market_data.instruments")
    }
    guard !contracts.isEmpty else {
      throw Fatal(.tryAgain, "unable to follow \(settings.url): it lists nothing that is traded")
    }
    return Listing(contracts: contracts, known: file.contracts, leftAside: leftAside)
  }

  /// What became of one question; for the start only, where there is nothing else to do.
  private func wait(for request: VenueRequest, _ stillStarting: () -> Void) -> String {
    tag += 1
    rest.start(request, tag: tag)
    while true {
      for report in rest.advance(ready: poll(rest.descriptors, until: rest.deadline), now: now) {
        switch report.outcome {
        case .answer: return "it answered"
        case .refused(let word): return word
        case .ambiguous(let why): return why
        }
      }
      stillStarting()
    }
  }

  // MARK: - Afterwards

  /// Asks; the answer comes out of `answers` under the tag that is returned.
  func ask(_ request: VenueRequest) -> UInt64 {
    tag += 1
    rest.start(request, tag: tag)
    return tag
  }

  /// A session with its stream that wants everything of these instruments.
  func listen(to instruments: [Instrument], seed: UInt64) throws(ExchangeError)
    -> KrakenFuturesStream
  {
    let stream = try KrakenFuturesStream(
      url: settings.url, connectTimeoutMilliseconds: settings.connectTimeoutMilliseconds,
      silenceMilliseconds: settings.silenceMilliseconds,
      certificateAuthorities: settings.certificateAuthorities, proxy: settings.proxy, seed: seed)
    stream.learn(instruments)
    for channel in [StreamChannel.tickers, .trades, .book] {
      stream.subscribe(channel, instruments.map(\.id))
    }
    return stream
  }

  /// Waits for the network or `bell`, at most until `limit`, and returns the answers there are.
  func answers(
    _ stream: KrakenFuturesStream, bell: Int32, until limit: MachineTime
  ) -> [VenueReport] {
    let due = [rest.deadline, stream.deadline, limit].compactMap { $0 }.min()
    let descriptors =
      rest.descriptors + stream.descriptors + [PollDescriptor(descriptor: bell)]
    return rest.advance(ready: poll(descriptors, until: due), now: now)
  }

  private var now: MachineTime { MachineTime(nanoseconds: Clock.machineNanoseconds()) }

  /// What happened on the descriptors, at most 250 ms later.
  private func poll(
    _ descriptors: [PollDescriptor], until limit: MachineTime?
  ) -> [PollDescriptor] {
    var items = descriptors.map { wanted in
      pollfd(
        fd: wanted.descriptor,
        events: Int16((wanted.readable ? POLLIN : 0) | (wanted.writable ? POLLOUT : 0)),
        revents: 0)
    }
    let left = limit.map { ($0.nanoseconds - now.nanoseconds + 999_999) / 1_000_000 } ?? 250
    guard Glibc.poll(&items, nfds_t(items.count), Int32(min(250, max(0, left)))) > 0 else {
      return []
    }
    return items.compactMap { item in
      let bits = Int32(item.revents)
      guard bits != 0 else { return nil }
      let isBroken = bits & (POLLERR | POLLHUP) != 0
      return PollDescriptor(
        descriptor: item.fd, readable: bits & POLLIN != 0 || isBroken,
        writable: bits & POLLOUT != 0)
    }
  }
}

extension VenueContract {
  fileprivate var tickSize: ExactDecimal { instrument.tickSize }
  fileprivate var lotSize: ExactDecimal { instrument.lotSize }
}
