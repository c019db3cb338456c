import CCurl
import Daemon

/// Carries letters over libcurl's multi interface; its `wait` is the one place where the loop
/// waits, so that heartbeats leave however long a server takes.
///
/// Unlike an order, a letter may come twice: its id says that it is the same.
final class Courier {
  private static let initialised = curl_global_init(Int(CURL_GLOBAL_SSL))

  private let multi: UnsafeMutableRawPointer
  private let timeoutMilliseconds: Int64
  private var errands: [UnsafeMutableRawPointer: Errand] = [:]

  init(timeoutMilliseconds: Int64) throws(Fatal) {
    guard Self.initialised == CURLE_OK, let multi = curl_multi_init() else {
      throw Fatal(.internalError, "unable to start libcurl: no multi handle: restart")
    }
    self.multi = multi
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  deinit {
    for handle in errands.keys { curl_multi_remove_handle(multi, handle) }
    errands = [:]
    curl_multi_cleanup(multi)
  }

  var inFlight: Int { errands.count }

  /// Begins to carry `letter`; why not, when libcurl refuses.
  func send(_ letter: Letter, id: String, channel: AlertChannel) -> String? {
    guard
      let errand = Errand(
        letter, id: id, channel: channel, timeoutMilliseconds: timeoutMilliseconds),
      curl_multi_add_handle(multi, errand.handle) == CURLM_OK
    else { return "libcurl did not take it" }
    errands[errand.handle] = errand
    return nil
  }

  /// Waits until something is readable or `milliseconds` are over, moves letters on, and returns
  /// those that ended.
  func wait(
    _ descriptors: [Int32], milliseconds: Int32
  ) -> [(id: String, channel: AlertChannel, outcome: DeliveryOutcome)] {
    var extra = descriptors.map { curl_waitfd(fd: $0, events: Int16(CURL_WAIT_POLLIN), revents: 0) }
    var ready: Int32 = 0
    curl_multi_poll(multi, &extra, UInt32(extra.count), milliseconds, &ready)
    var running: Int32 = 0
    curl_multi_perform(multi, &running)
    var ended: [(id: String, channel: AlertChannel, outcome: DeliveryOutcome)] = []
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
        let errand = errands.removeValue(forKey: handle)
      else { continue }
      // The message is gone once its handle is removed.
      let code = message.pointee.data.result
      ended.append((errand.id, errand.channel, errand.outcome(code)))
      curl_multi_remove_handle(multi, handle)
    }
    return ended
  }
}

/// One letter under way.
private final class Errand {
  let id: String
  let channel: AlertChannel
  let handle: UnsafeMutableRawPointer
  private var headers: UnsafeMutablePointer<curl_slist>?

  init?(_ letter: Letter, id: String, channel: AlertChannel, timeoutMilliseconds: Int64) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.id = id
    self.channel = channel
    headers = curl_slist_append(nil, "Content-Type: application/json")
    let codes = [
      il_set_text(handle, CURLOPT_URL, letter.url.exposed),
      il_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"),
      // Without this http_proxy and https_proxy of the environment are obeyed.
      il_set_text(handle, CURLOPT_PROXY, ""),
      il_set_long(handle, CURLOPT_FOLLOWLOCATION, 0),
      il_set_long(handle, CURLOPT_NOSIGNAL, 1),
      il_set_long(handle, CURLOPT_QUICK_EXIT, 1),
      il_set_long(handle, CURLOPT_TIMEOUT_MS, Int(timeoutMilliseconds)),
      il_set_long(handle, CURLOPT_POST, 1),
      il_set_long(handle, CURLOPT_POSTFIELDSIZE, letter.body.utf8.count),
      il_set_text(handle, CURLOPT_COPYPOSTFIELDS, letter.body),
      il_set_pointer(handle, CURLOPT_HTTPHEADER, headers),
      // Nothing of an answer is kept: a server could put our own secrets in it.
      il_set_write(handle) { _, size, count, _ in size * count },
    ]
    guard codes.allSatisfy({ $0 == CURLE_OK }) else { return nil }
  }

  /// The letter is out of the multi handle by now.
  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
  }

  func outcome(_ code: CURLcode) -> DeliveryOutcome {
    guard code == CURLE_OK else {
      return .failed(String(cString: curl_easy_strerror(code)), retryAfterMilliseconds: nil)
    }
    var status = 0
    var after = 0
    _ = il_info_long(handle, CURLINFO_RESPONSE_CODE, &status)
    _ = il_info_long(handle, CURLINFO_RETRY_AFTER, &after)
    return .answered(status: status, retryAfterSeconds: after)
  }
}
