import Foundation
import Testing

@testable import Interlock

@Suite("what people read of risk")
struct RiskTextTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `each limit has value, bound and head-room; a gate that is away is named`() throws {
    let report = try object(
      #"""
      {"trading_state":"active","equity":"990","day_start_equity":"1000","gate":null,
       "gate_error":"nobody there","locks":[],
       "asked":[{"limit":"a.b","to":"9","by":"ann","why":"x"}],
       "rows":[{"control":"risk_gate.max_positions",
         "value":"1","bound":"4","headroom":"3","ok":true},
        {"control":"order_router.max_total_usd","value":"7 USD","bound":"5 USD","headroom":"-2 USD",
         "ok":false}]}
      """#)
    let text = RiskCommand.text(report)
    #expect(text.contains("trading state: active") && text.contains("day began with: 1000"))
    #expect(text.contains("risk_gate.max_positions     1      4      3         yes"))
    #expect(text.contains("order_router.max_total_usd  7 USD  5 USD  -2 USD    no"))
    #expect(text.contains("the gate's own rows are missing: nobody there"))
    #expect(text.contains("no locks"))
    #expect(text.contains("waits for confirmation: a.b to 9, asked by ann: x"))
  }

  @Test func `locks stand in a table, until when and by whom`() throws {
    let row = try object(
      #"{"kind":"throttle","scope":"strategy:x","since":"S","until":"unlocked","why":"w","by":"r"}"#
    )
    #expect(
      LocksCommand.text([row])
        == "KIND      SCOPE       SINCE  UNTIL     WHY  BY\n"
        + "throttle  strategy:x  S      unlocked  w    r")
  }

  private func story(_ lines: [String], of signal: String) throws -> GateStory? {
    let folder = try ScratchFolder()
    _ = try folder.write(lines.joined(separator: "\n"), to: "gate.jsonl")
    return GateStory.newest(signal, in: folder.file("."))?.0
  }

  private let denied = #"""
    {"accepted":false,"checks":[{"bound":"4","control":"max_positions","ok":false,"value":"5"},\#
    {"bound":"1%","control":"collar_pct","ok":true,"value":"0.1%"}],\#
    "denials":[{"detail":"occupied=5","reason":"MAX_POSITIONS"}],\#
    "instrument":"PF_XBTUSD","signal":"breakout/PF_XBTUSD/1","wall_ms":5}
    """#

  @Test func `of a denied signal every failed check stands before every passed one`() throws {
    let other = denied.replacingOccurrences(of: "/1\"", with: "/11\"")
    let found = try #require(try story([other, denied, other], of: "breakout/PF_XBTUSD/1"))
    #expect(found.signal == "breakout/PF_XBTUSD/1")
    #expect(found.text.contains("risk-gate  PF_XBTUSD  DENIED"))
    #expect(found.text.contains("MAX_POSITIONS: occupied=5"))
    let failed = try #require(found.text.range(of: "max_positions  FAILED  5      4"))
    let passed = try #require(found.text.range(of: "collar_pct     passed  0.1%   1%"))
    #expect(failed.lowerBound < passed.lowerBound)
  }

  @Test func `the newest line counts, a torn one never, and an older build's has no checks`() throws
  {
    let old = #"""
      {"accepted":true,"instrument":"PF_XBTUSD","intent":"ab",\#
      "signal":"breakout/PF_XBTUSD/1","wall_ms":9}
      """#
    let newest = try #require(try story([denied, old], of: "breakout/PF_XBTUSD/1"))
    #expect(newest.accepted && newest.text.contains("ACCEPTED") && newest.checks == nil)
    let torn = try #require(
      try story([denied, String(old.dropLast(12))], of: "breakout/PF_XBTUSD/1"))
    #expect(!torn.accepted)
    #expect(try story([denied], of: "breakout/PF_ETHUSD/1") == nil)
    #expect(try story([], of: "x/y") == nil)
  }
}
