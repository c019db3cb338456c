import Daemon
import Domain
import Testing

@testable import OrderRouter

/// What the router's look says of libraries, a venue's answers and a clock.
@Suite("the router's look")
struct RouterCheckTests {
  @Test(arguments: [
    ("3.40.1", CheckRow.State.ok, "may spoil a WAL"), ("3.51.3", .ok, "3.51.3"),
    ("3.44.6", .ok, "3.44.6"), ("3.30.0", .fail, "STRICT"), ("x", .fail, "not understood"),
  ])
  func `SQLite and its known fault`(_ version: String, _ state: CheckRow.State, _ word: String) {
    let row = RouterCheck.sqlite(version)
    #expect(row.state == state && row.found.contains(word), "\(row)")
    #expect(row.found.contains("spoil") == (version == "3.40.1"))
  }

  @Test(arguments: [
    ("libcurl/7.88.1 OpenSSL/3.0.19", CheckRow.State.ok), ("libcurl/7.74.0 x", .fail),
    ("curl", .fail),
  ])
  func `libcurl and its known fault`(_ version: String, _ state: CheckRow.State) {
    #expect(RouterCheck.curl(version).state == state)
  }

  @Test(
    arguments: [
      (0, CheckRow.State.ok), (1999, .ok), (-2000, .warn), (9999, .warn), (10_000, .fail),
      (-60_000, .fail),
    ] as [(Int64, CheckRow.State)])
  func `the clock beside the venue's`(_ skew: Int64, _ state: CheckRow.State) {
    #expect(VenueRows.skew(skew).state == state)
  }

  @Test func `a venue that refuses, is silent or is over its limit`() {
    let limited = VenueOutcome.refused(word: "apiLimitExceeded")
    #expect(VenueRows.reachable(limited, "u").state == .fail)
    #expect(VenueRows.budget(limited, asked: 1).state == .fail)
    let silent = VenueOutcome.ambiguous(why: "timeout")
    #expect(VenueRows.reachable(silent, "u").state == .fail)
    #expect(VenueRows.budget(silent, asked: 1).state == .skip)
    #expect(VenueRows.skew(nil).state == .skip)
  }

  @Test func `instruments that are not there, or not the wanted ones`() {
    #expect(VenueRows.instruments(.ambiguous(why: "x"), wanted: []).state == .skip)
    #expect(VenueRows.instruments(.answer(.instruments([])), wanted: []).state == .fail)
    let list = VenueOutcome.answer(.instruments([Sample.instrument]))
    #expect(VenueRows.instruments(list, wanted: []).state == .ok)
    let missing = VenueRows.instruments(list, wanted: ["PF_NONEUSD"])
    #expect(missing.state == .fail && missing.found.contains("PF_NONEUSD"))
  }
}
