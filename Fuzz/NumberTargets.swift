import Domain

#if canImport(PaperVenue)
  @testable import PaperVenue
#endif

/// Times, decimals, addresses and nonces in texts.
enum NumberTargets {
  static func time(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let milliseconds = ISO8601.milliseconds(text) else { return }
    let again = ISO8601.text(milliseconds: milliseconds)
    demand(ISO8601.milliseconds(again) == milliseconds, "a time changes when written and read")
    demand(again.prefix(19) == text.prefix(19), "a time is read as another second")
  }

  static func decimal(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let decimal = ExactDecimal(text) else { return }
    demand(ExactDecimal(decimal.description) == decimal, "a decimal changes when written and read")
  }

  static func address(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let address = try? ListenAddress(text, flag: "--listen") {
      demand(
        address.host == "localhost" || address.host.hasPrefix("127."), "a host is off loopback")
      demand((0...65_535).contains(address.port), "a port is none")
    }
    if let address = try? ListenAddress(text, flag: "--listen", anywhere: true) {
      demand(
        address.host == "localhost" || address.host.split(separator: ".").count == 4,
        "a host is no address")
    }
  }

  /// One nonce a line; the first byte of a line moves the clock on.
  static func nonce(_ bytes: [UInt8]) {
    var window = NonceWindow()
    var accepted: Set<Int64> = []
    var now: Int64 = 0
    for line in bytes.split(separator: 10) {
      now += Int64(line[line.startIndex]) * 50
      let text = String(decoding: line.dropFirst(), as: UTF8.self)
      guard window.refusal(text, at: now) == nil else { continue }
      guard let nonce = Int64(text) else { return demand(false, "a nonce is no number") }
      demand(accepted.insert(nonce).inserted, "a nonce is accepted twice")
    }
  }
}
