import Daemon
import Testing

@testable import PaperVenue

@Suite("where a port is opened")
struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:8080", "127.0.0.1", 8080), ("127.1.2.3:0", "127.1.2.3", 0),
    ("localhost:65535", "localhost", 65_535),
  ])
  func `loopback and a port`(_ text: String, _ host: String, _ port: Int) throws {
    #expect(try ListenAddress(text, flag: "--x") == ListenAddress(host: host, port: port))
  }

  @Test(arguments: [
    "", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
    "127.0.0.1:1:2", "127.1:80", "0.0.0.0:80", "10.0.0.1:80", "example.com:80", "[::1]:80",
    "127.0.0.1\0.example.com:80",
  ])
  func `anything else is refused`(_ text: String) {
    #expect(throws: Fatal.self) { try ListenAddress(text, flag: "--x") }
  }

  @Test(arguments: ["0.0.0.0:80", "10.0.0.1:80"])
  func `another address is taken only when it is asked for`(_ text: String) throws {
    #expect(try ListenAddress(text, flag: "--x", anywhere: true).description == text)
  }

  @Test(arguments: ["example.com:80", "10.0.0.1\0x:80", "10.0.0:80", "10.0.0.1"])
  func `even then a name is none`(_ text: String) {
    #expect(throws: Fatal.self) { try ListenAddress(text, flag: "--x", anywhere: true) }
  }
}
