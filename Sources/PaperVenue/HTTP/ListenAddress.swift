import Daemon
import Glibc

/// Where a port is opened: a loopback host and a port, 0 for any free one.
struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  let host: String
  let port: Int

  /// Refuses any host but loopback: this venue has no business on a network.
  init(_ text: String, flag: String) throws(Fatal) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let port = Int(parts[1]), (0...65_535).contains(port) else {
      throw Fatal(.misuse, "\(flag): \(text) is no address: give one such as 127.0.0.1:8080")
    }
    guard parts[0] == "localhost" || Self.isLoopback(parts[0]) else {
      throw Fatal(
        .misuse, "\(flag): \(parts[0]) is not loopback: the paper venue listens on 127.0.0.1 only")
    }
    self.init(host: parts[0], port: port)
  }

  /// Whether the text is an IPv4 address of 127/8; a name that only begins like one is not.
  private static func isLoopback(_ host: String) -> Bool {
    var address = in_addr()
    return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
  }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  var description: String { "\(host):\(port)" }
}
