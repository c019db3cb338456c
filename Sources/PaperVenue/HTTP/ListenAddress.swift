import Daemon
import Glibc

/// Where a port is opened: a host, on loopback unless said otherwise, and a port, 0 for a free one.
struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  let host: String
  let port: Int

  /// Refuses any host but loopback, unless `anywhere` lets any IPv4 address pass: this venue has no
  /// business on a network that its operator did not name.
  init(_ text: String, flag: String, anywhere: Bool = false) throws(Fatal) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts[1].first != "+", let port = UInt16(parts[1]) else {
      throw Fatal(.misuse, "\(flag): \(text) is no address: give one such as 127.0.0.1:8080")
    }
    guard Self.isLoopback(parts[0]) || anywhere && Self.number(parts[0]) != nil else {
      throw Fatal(
        .misuse,
        "\(flag): \(parts[0]) is not loopback: the paper venue listens on 127.0.0.1 only, unless "
          + "--listen-anywhere lets its own port listen at another IPv4 address")
    }
    self.init(host: parts[0], port: Int(port))
  }

  /// Whether the host is this machine by its name or an address of 127/8.
  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || number(host).map { $0 >> 24 == 127 } ?? false
  }

  /// The IPv4 address in the text; nil for a name, also one that only begins like an address.
  private static func number(_ host: String) -> UInt32? {
    // C would stop to read at a zero byte and let what follows pass.
    guard !host.utf8.contains(0) else { return nil }
    var address = in_addr()
    return inet_pton(AF_INET, host, &address) == 1 ? UInt32(bigEndian: address.s_addr) : nil
  }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  var description: String { "\(host):\(port)" }
}
