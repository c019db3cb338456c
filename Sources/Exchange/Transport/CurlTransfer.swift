import CCurl
import Failpoint

/// One request under way: its libcurl handle, its answer so far, and whether it was sent.
///
/// Invariants:
/// 1. The request is sent at most once. libcurl sends a POST again by itself when a kept-alive
///    connection closes before the first byte of the answer; the prerequest callback runs before
///    each sending and refuses the second.
/// 2. What `objection` says is asked for immediately before the sending, and keeps it back.
/// 3. `wasSent` is true before the first byte of the request leaves, so false proves that none did.
final class CurlTransfer {
  /// The longest answer that is taken, in bytes.
  static let bodyBound = 8 << 20

  let tag: UInt64
  let handle: UnsafeMutableRawPointer
  private var headers: UnsafeMutablePointer<curl_slist>?
  private var head = AnswerHead()
  /// What libcurl forgives and we do not; nil once the header is whole and means one thing.
  private var headFault: String? = "an answer without the end of its header"
  private var body: [UInt8] = []
  private var sendings = 0
  private var isTooLong = false
  /// Why the request may not leave now; nil lets it go.
  private let objection: (() -> String?)?
  private var objected: String?

  var wasSent: Bool { sendings > 0 }

  init(
    _ request: HTTPRequest, url: String, options: CurlTransport.Options, tag: UInt64,
    objection: (() -> String?)? = nil
  ) throws(ExchangeError) {
    guard let handle = curl_easy_init() else { throw .unusable("no handle") }
    self.tag = tag
    self.objection = objection
    self.handle = handle
    try setWire(url, options)
    try setTrust(options)
    try setGuards()
    try setRequest(request, options)
  }

  /// The transfer is out of the multi handle by now.
  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
  }

  /// What the finished transfer amounts to.
  func result(_ code: CURLcode) -> TransportResult {
    if code == CURLE_OK, let headFault { return .broken(why: headFault) }
    if code == CURLE_OK {
      var status = 0
      _ = il_info_long(handle, CURLINFO_RESPONSE_CODE, &status)
      return .answered(status: status, body: body, head: head)
    }
    if let objected, !wasSent { return .notSent(why: objected) }
    let reason =
      isTooLong
      ? "answer longer than \(Self.bodyBound) bytes"
      : sendings > 1
        ? "connection closed before the answer, second sending refused"
        : String(cString: curl_easy_strerror(code))
    return wasSent ? .broken(why: reason) : .notSent(why: reason)
  }

  // MARK: - Options

  private func setWire(_ url: String, _ options: CurlTransport.Options) throws(ExchangeError) {
    try set(CURLOPT_URL, url)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    // TLS would negotiate HTTP/2, which has a retry of its own.
    try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    // Without this http_proxy and https_proxy of the environment are obeyed.
    try set(CURLOPT_PROXY, options.proxy ?? "")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_NOSIGNAL, 1)
    // A time-out while a name is looked up must not wait for the look-up's thread.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, Int(options.connectMilliseconds))
    // An old idle connection is likely to be closed at the other end: a request on it is in doubt.
    try set(CURLOPT_MAXAGE_CONN, 30)
  }

  /// The server proves its name before the first byte of a request; there is no way to turn it off.
  private func setTrust(_ options: CurlTransport.Options) throws(ExchangeError) {
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, 6)  // CURL_SSLVERSION_TLSv1_2, and whatever is newer
    if let file = options.certificateAuthorities { try set(CURLOPT_CAINFO, file) }
  }

  private func setGuards() throws(ExchangeError) {
    let me = Unmanaged.passUnretained(self).toOpaque()
    try check(
      il_set_prerequest(handle) { user, _, _, _, _ in CurlTransfer.of(user).beforeSending() })
    try check(il_set_pointer(handle, CURLOPT_PREREQDATA, me))
    try check(
      il_set_write(handle) { bytes, size, count, user in
        CurlTransfer.of(user).take(bytes, size * count)
      })
    try check(il_set_pointer(handle, CURLOPT_WRITEDATA, me))
    try check(
      il_set_header(handle) { bytes, size, count, user in
        CurlTransfer.of(user).takeHeader(bytes, size * count)
      })
    try check(il_set_pointer(handle, CURLOPT_HEADERDATA, me))
  }

  private func setRequest(
    _ request: HTTPRequest, _ options: CurlTransport.Options
  ) throws(ExchangeError) {
    try set(
      CURLOPT_TIMEOUT_MS, Int(min(options.requestMilliseconds, request.patienceMilliseconds)))
    var lines = request.headers.map { "\($0.name): \($0.value)" }
    if request.method == .post {
      try set(CURLOPT_POST, 1)
      try set(CURLOPT_POSTFIELDSIZE, request.parameters.utf8.count)
      try set(CURLOPT_COPYPOSTFIELDS, request.parameters)
      lines += ["Content-Type: application/x-www-form-urlencoded", "Expect:"]
    }
    for line in lines {
      guard let longer = curl_slist_append(headers, line) else { throw .unusable("no memory") }
      headers = longer
    }
    try check(il_set_pointer(handle, CURLOPT_HTTPHEADER, headers))
  }

  private func set(_ option: CURLoption, _ value: Int) throws(ExchangeError) {
    try check(il_set_long(handle, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(ExchangeError) {
    try check(il_set_text(handle, option, value))
  }

  private func check(_ code: CURLcode) throws(ExchangeError) {
    guard code == CURLE_OK else { throw .unusable(String(cString: curl_easy_strerror(code))) }
  }

  // MARK: - Callbacks

  private static func of(_ user: UnsafeMutableRawPointer?) -> CurlTransfer {
    guard let user else { fatalError("invariant broken: libcurl passes back its user data") }
    return Unmanaged<CurlTransfer>.fromOpaque(user).takeUnretainedValue()
  }

  private func beforeSending() -> Int32 {
    if sendings == 0, let why = objection?() {
      objected = why
      return CURL_PREREQFUNC_ABORT
    }
    sendings += 1
    guard failpoint(.exchangeSendBefore) == 0 else { return CURL_PREREQFUNC_ABORT }
    return sendings == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
  }

  private func takeHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    let line = UnsafeRawBufferPointer(start: bytes, count: count)
    head.take(line)
    if line.starts(with: "HTTP/".utf8) {
      failpoint(.exchangeAnswerFirst)
      headFault = "an answer without the end of its header"
    } else if line.count <= 2, line.first == 0x0D || line.first == 0x0A {
      headFault = head.fault
    }
    return count
  }

  private func take(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
    guard body.count + count <= Self.bodyBound else {
      isTooLong = true
      return 0
    }
    body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
    return count
  }
}
