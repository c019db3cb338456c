import Daemon
import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// What cannot be right ends in one line and a documented code.
@Suite("a venue that cannot start", .serialized)
struct BadStartTests {
  private func refused(
    _ arguments: [String], code: Int32, says text: String, venue: VenueProcess? = nil
  ) async throws {
    let venue = try venue ?? VenueProcess()
    try venue.launch(arguments)
    #expect(try await venue.exitCode() == code, "\(venue.log)")
    let fatal = venue.log.split(separator: "\n").filter { $0.contains("fatal:") }
    #expect(fatal.count == 1 && fatal.first?.contains(text) == true, "\(venue.log)")
    #expect(!venue.log.contains("listening"))
  }

  private let keys = ["--key", "k", "--secret", VenueProcess.secret]

  @Test(arguments: ["0.0.0.0:0", "192.168.1.1:80", "example.com:80", "127.evil.example:80"])
  func `off loopback`(_ address: String) async throws {
    try await refused(["--listen", address] + keys, code: 64, says: "not loopback")
    try await refused(["--admin", address] + keys, code: 64, says: "not loopback")
  }

  @Test func `off loopback it listens only when told to, and its admin port never`() async throws {
    let venue = try VenueProcess()
    try await venue.start(["--listen", "0.0.0.0:0", "--listen-anywhere"])
    #expect(try venue.connect().ask("GET", "/derivatives/api/v3/tickers").status == 200)
    for address in ["0.0.0.0:0", "example.com:80"] {
      try await refused(
        ["--admin", address, "--listen-anywhere"] + keys, code: 64, says: "not loopback")
    }
    try await refused(
      ["--listen", "example.com:80", "--listen-anywhere"] + keys, code: 64, says: "not loopback")
  }

  @Test func `without a port, or without a key`() async throws {
    try await refused(["--listen", "127.0.0.1"] + keys, code: 64, says: "--listen")
    try await refused(["--listen", "127.0.0.1:0"], code: 64, says: "--key")
    try await refused(["--key", "k", "--secret", "no base64!"], code: 64, says: "--secret")
  }

  @Test(arguments: ["", "ts,open,high,low,close,volume\n", "ts,open\nrubbish\n"])
  func `with a market file that cannot be right`(_ text: String) async throws {
    let venue = try VenueProcess()
    let path = "\(venue.folder)/x_BTCUSDT_1m.csv"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try await refused(["--market", path] + keys, code: 78, says: path, venue: venue)
    try await refused(["--market", "/nowhere.csv"] + keys, code: 78, says: "/nowhere.csv")
  }

  @Test func `with a damaged book`() async throws {
    let venue = try VenueProcess()
    try FileManager.default.createDirectory(
      atPath: "\(venue.folder)/state/venue", withIntermediateDirectories: true)
    try "[{\"type\":\"order\"}]\n".write(toFile: venue.book, atomically: true, encoding: .utf8)
    try await refused(
      ["--state-dir", "\(venue.folder)/state"] + keys, code: 78, says: "line 1", venue: venue)
  }

  @Test func `at a port that is taken`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let port = try VenueProcess.port(venue.address?.url)
    try await refused(
      ["--listen", "127.0.0.1:\(port)"] + keys, code: 75, says: "127.0.0.1:\(port)")
  }

  @Test(arguments: [
    ("{SHELLS: \"1\"}", "SHELLS is no collateral"), ("{XBT: \"0\"}", "XBT: 0 is no quantity"),
    ("{XBT: \"1000001\"}", "XBT: 1000001 is no quantity"),
    ("{EUR: \"1.2.3\"}", "EUR: 1.2.3 is no quantity"),
  ])
  func `with collateral that is none`(_ table: String, _ text: String) async throws {
    let venue = try VenueProcess()
    let path = "\(venue.folder)/interlock.yaml"
    try "venue: {collateral: \(table)}\n".write(toFile: path, atomically: true, encoding: .utf8)
    try await refused(["--config", path] + keys, code: 78, says: text, venue: venue)
  }

  @Test func `with collateral that is some it is in the book, once`() async throws {
    let venue = try VenueProcess()
    let path = "\(venue.folder)/interlock.yaml"
    try "venue: {collateral: {XBT: \"0.5\", EUR: \"1000\"}}\n"
      .write(toFile: path, atomically: true, encoding: .utf8)
    for _ in 0..<2 {
      try await venue.start(["--config", path])
      venue.end(with: SIGKILL)
    }
    var deposits: [CollateralDeposit] = []
    _ = try Journal(venue.book) { record in
      if case .collateral(let deposit) = record.change { deposits.append(deposit) }
    }
    #expect(deposits.map(\.currency.code) == ["EUR", "XBT"])
    #expect(deposits.map(\.quantity) == [1_000_000_000, 500_000])
    #expect(deposits.first?.value.micros == 1_100_000_000)
    // At the index of the generated market, which is not the rate for want of one.
    let bitcoin = try #require(deposits.last?.value.micros)
    #expect(bitcoin > 5_000_000_000 && bitcoin != 47_500_000_000)
  }
}
