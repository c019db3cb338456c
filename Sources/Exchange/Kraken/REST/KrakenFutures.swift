package import Domain
import Glibc

/// Kraken Futures behind the `Venue` seam: REST v3, the history service and the charts service.
///
/// Invariants, beside the promises of `Venue`:
/// 1. One order is one request, and one request is sent at most once.
/// 2. A word that begins with `NOT_SENT` means that no byte of the request left this process.
/// 3. Prices and sizes are counted in the steps of the venue's own instruments: before those are
///    known nothing else is sent.
/// 4. Nonces only grow.
package final class KrakenFutures: Venue {
  /// Where the venue is and how long it may take.
  package struct Settings: Hashable, Sendable {
    /// Scheme, host and port, without a path: `https://futures.kraken.com`.
    package let url: String
    package let requestTimeoutMilliseconds: Int64
    package let connectTimeoutMilliseconds: Int64

    package init(
      url: String, requestTimeoutMilliseconds: Int64, connectTimeoutMilliseconds: Int64
    ) {
      self.url = url
      self.requestTimeoutMilliseconds = requestTimeoutMilliseconds
      self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    }
  }

  private let transport: CurlTransport
  private let signer: RequestSigner?
  private var nonces = NonceSource()
  private var instruments: [InstrumentID: Instrument] = [:]
  /// Requests under way by the transport's tag; the caller's tags are its own affair.
  private var pending: [UInt64: (tag: UInt64, request: VenueRequest)] = [:]
  private var started: UInt64 = 0
  /// Outcomes that are known without asking.
  private var decided: [VenueReport] = []

  /// Entries of answers that were left aside, since the beginning: foreign symbols, odd bars.
  package private(set) var skippedEntries = 0

  /// Without `credentials` only public requests are sent.
  package init(_ settings: Settings, credentials: APICredentials?) throws(ExchangeError) {
    guard Self.isAddress(settings.url) else { throw .badAddress(settings.url) }
    transport = try CurlTransport(
      baseURL: settings.url,
      timeouts: CurlTransport.Timeouts(
        requestMilliseconds: settings.requestTimeoutMilliseconds,
        connectMilliseconds: settings.connectTimeoutMilliseconds))
    signer = credentials.map(RequestSigner.init)
  }

  package func start(_ request: VenueRequest, tag: UInt64) {
    do throws(Unencodable) {
      let wire = try encode(request)
      started += 1
      if let reason = transport.begin(wire, tag: started) { throw Unencodable(reason) }
      pending[started] = (tag, request)
    } catch {
      decided.append(
        VenueReport(tag: tag, outcome: NotSent.outcome(error.reason), serverTime: nil))
    }
  }

  package var descriptors: [PollDescriptor] { transport.descriptors }

  package var deadline: MachineTime? {
    decided.isEmpty ? transport.deadline : MachineTime(nanoseconds: 0)
  }

  package func advance(ready: [PollDescriptor], now: MachineTime) -> [VenueReport] {
    var reports = decided
    decided = []
    for (serial, result) in transport.advance(ready: ready, now: now) {
      guard let (tag, request) = pending.removeValue(forKey: serial) else {
        fatalError("invariant broken: transport tag \(serial) ends once")
      }
      let judge = AnswerJudge(request, result, instruments: instruments)
      skippedEntries += judge.skipped
      if case .answer(.instruments(let list)) = judge.outcome { learn(list) }
      reports.append(
        VenueReport(tag: tag, outcome: judge.outcome, serverTime: judge.serverTime))
    }
    return reports
  }

  private func encode(_ request: VenueRequest) throws(Unencodable) -> HTTPRequest {
    guard !instruments.isEmpty || request == .instruments else {
      throw Unencodable("the venue's instruments are not known yet")
    }
    let endpoint = try RequestEncoder(instruments: instruments).endpoint(request)
    guard endpoint.isPrivate else { return endpoint.request }
    guard let signer else { throw Unencodable("no credentials") }
    return signer.signed(
      endpoint.request, nonce: nonces.next(wallMicroseconds: Self.wallMicroseconds()))
  }

  /// An instrument that is no longer listed stays known: a position in it may have to be read.
  private func learn(_ list: [Instrument]) {
    for instrument in list { instruments[instrument.id] = instrument }
  }

  private static func isAddress(_ url: String) -> Bool {
    for scheme in ["https://", "http://"] where url.hasPrefix(scheme) {
      let host = url.dropFirst(scheme.count)
      return !host.isEmpty && host.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        && !host.contains { "/?#@".contains($0) }
    }
    return false
  }

  private static func wallMicroseconds() -> Int64 {
    var time = timespec()
    guard clock_gettime(CLOCK_REALTIME, &time) == 0 else {
      fatalError("clock_gettime cannot fail for a clock every Linux has")
    }
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
