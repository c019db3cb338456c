import CCurl
import Domain
import Failpoint

/// HTTP over libcurl's multi interface, driven by the owner's loop; nothing here blocks.
///
/// Invariants:
/// 1. Every request that was begun comes out of `advance` once.
/// 2. libcurl works only inside `advance`: no byte leaves within `begin`.
/// 3. The map of descriptors is what libcurl last said; it is empty when nothing is under way but
///    idle connections.
final class CurlTransport {
  struct Options: Hashable, Sendable {
    let requestMilliseconds: Int64
    let connectMilliseconds: Int64
    /// A file of certificates in PEM that alone are trusted; nil trusts those of the system.
    var certificateAuthorities: String?
    /// `http://host:port`; nil means none, whatever the environment says.
    var proxy: String?
  }

  /// The most requests under way at once.
  static let inFlightBound = 64
  /// The most idle connections that are kept.
  private static let idleBound = 16
  /// libcurl's own initialisation, once in a process.
  private static let initialised = curl_global_init(Int(CURL_GLOBAL_SSL))

  private let baseURL: String
  private let options: Options
  private let multi: UnsafeMutableRawPointer
  private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var watched: [Int32: PollDescriptor] = [:]
  private var isFresh = false
  private var due: MachineTime?

  init(baseURL: String, options: Options) throws(ExchangeError) {
    guard Self.initialised == CURLE_OK, let multi = curl_multi_init() else {
      throw .unusable("no multi handle")
    }
    self.baseURL = baseURL
    self.options = options
    self.multi = multi
    let me = Unmanaged.passUnretained(self).toOpaque()
    let codes = [
      il_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.idleBound),
      il_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, me),
      il_multi_set_socket(multi) { _, descriptor, what, user, _ in
        guard let user else { fatalError("invariant broken: libcurl passes back its user data") }
        Unmanaged<CurlTransport>.fromOpaque(user).takeUnretainedValue().watch(descriptor, what)
        return 0
      },
    ]
    guard codes.allSatisfy({ $0 == CURLM_OK }) else { throw .unusable("multi options") }
  }

  deinit {
    _ = il_multi_set_socket(multi, nil)
    for handle in transfers.keys { curl_multi_remove_handle(multi, handle) }
    transfers = [:]
    curl_multi_cleanup(multi)
  }

  var inFlight: Int { transfers.count }

  var descriptors: [PollDescriptor] { watched.values.sorted { $0.descriptor < $1.descriptor } }

  /// When `advance` is due; a moment in the past means now.
  var deadline: MachineTime? { isFresh ? MachineTime(nanoseconds: 0) : due }

  /// Puts `request` under way; a sentence when it was not.
  ///
  /// `objection` is asked immediately before its first byte, and keeps it back.
  func begin(
    _ request: HTTPRequest, tag: UInt64, objection: (() -> String?)? = nil
  ) -> String? {
    let pretended = failpoint(.exchangeRequestBefore)
    guard pretended == 0 else { return "failpoint: errno \(pretended)" }
    guard transfers.count < Self.inFlightBound else {
      return "\(Self.inFlightBound) requests are under way"
    }
    do {
      let transfer = try CurlTransfer(
        request, url: baseURL + request.target, options: options, tag: tag, objection: objection)
      guard curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
        return "libcurl did not take the request"
      }
      transfers[transfer.handle] = transfer
      isFresh = true
      failpoint(.exchangeRequestAfter)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// Moves requests on and returns those that ended.
  func advance(ready: [PollDescriptor], now: MachineTime) -> [(
    tag: UInt64, result: TransportResult
  )] {
    var running: Int32 = 0
    var acted = false
    // A descriptor may be gone by its turn: only what is still watched is libcurl's.
    for event in ready where watched[event.descriptor] != nil {
      let bits =
        (event.readable ? CURL_CSELECT_IN : 0) | (event.writable ? CURL_CSELECT_OUT : 0)
      curl_multi_socket_action(multi, event.descriptor, bits, &running)
      acted = true
    }
    if isFresh || due.map({ $0 <= now }) == true {
      isFresh = false
      curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
      acted = true
    }
    guard acted else { return [] }
    let ended = collect()
    due = nextDue(now)
    return ended
  }

  private func collect() -> [(tag: UInt64, result: TransportResult)] {
    var ended: [(tag: UInt64, result: TransportResult)] = []
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else {
        continue
      }
      // The message is gone once its handle is removed.
      let code = message.pointee.data.result
      guard let transfer = transfers.removeValue(forKey: handle) else { continue }
      failpoint(.exchangeAnswerAfter)
      ended.append((transfer.tag, transfer.result(code)))
      curl_multi_remove_handle(multi, handle)
    }
    return ended
  }

  private func nextDue(_ now: MachineTime) -> MachineTime? {
    var milliseconds = 0
    guard curl_multi_timeout(multi, &milliseconds) == CURLM_OK, milliseconds >= 0 else {
      return nil
    }
    return now.advanced(byMilliseconds: Int64(milliseconds))
  }

  private func watch(_ descriptor: Int32, _ what: Int32) {
    watched[descriptor] =
      what == CURL_POLL_REMOVE
      ? nil
      : PollDescriptor(
        descriptor: descriptor, readable: what & CURL_POLL_IN != 0,
        writable: what & CURL_POLL_OUT != 0)
  }
}
