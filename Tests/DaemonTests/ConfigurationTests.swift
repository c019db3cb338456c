import Foundation
import Testing

@testable import Daemon

@Suite("configuration")
struct ConfigurationTests {
  private func parse(_ text: String, profile: Profile = .demo) throws -> Configuration {
    try Configuration.parse(text, path: "il.yaml", profile: profile)
  }

  /// The lines of the refusal; empty, and a failure, when the text is accepted.
  private func refusal(_ text: String) -> [String] {
    do {
      _ = try parse(text)
      Issue.record("accepted: \(text)")
      return []
    } catch let failure as Fatal {
      #expect(failure.code == .badConfiguration)
      return failure.message.split(separator: "\n").map(String.init)
    } catch {
      Issue.record("\(error)")
      return []
    }
  }

  @Test func `an empty file and one of empty sections set nothing`() throws {
    let defaults = Configuration.defaults(profile: .demo)
    for text in ["", "# nothing\n", "risk_gate:\nvenue:\n", "---\n"] {
      let configuration = try parse(text)
      #expect(configuration.riskGate == defaults.riskGate)
      #expect(configuration.venue == defaults.venue)
    }
  }

  @Test func `what a file says holds, and the rest stays as it was`() throws {
    let configuration = try parse(
      "risk_gate:\n  max_positions: 7\nsignal_service:\n  strategies: [breakout, other-2]\n")
    #expect(configuration.riskGate.maximumPositions == 7)
    #expect(configuration.riskGate.maximumNotionalUSD == 50_000)
    #expect(configuration.signalService.strategies == ["breakout", "other-2"])
  }

  @Test func `an unknown key is refused where it stands, with the key that was meant`() {
    let lines = refusal("risk_gate:\n  max_posittions: 3\n")
    #expect(
      lines.last
        == "il.yaml:2:3: risk_gate.max_posittions: unknown key, did you mean max_positions?")
  }

  @Test func `an unknown section is refused with the section that was meant`() {
    let lines = refusal("risk-gate:\n  max_positions: 3\n")
    #expect(lines.last == "il.yaml:1:1: risk-gate: unknown section, did you mean risk_gate?")
  }

  @Test(arguments: [
    ("max_positions: many", "\"many\" is no whole number"),
    ("max_positions: 1:30", "\"1:30\" is no whole number"),
    ("max_positions: 010", "\"010\" is no whole number"),
    ("max_positions: 1_000", "\"1_000\" is no whole number"),
    ("max_positions: 0x10", "\"0x10\" is no whole number"),
    ("max_positions: 2.0", "\"2.0\" is no whole number"),
    ("max_positions: 99999999999999999999", "is no whole number"),
    ("max_positions: [3]", "expected a whole number"),
    ("max_positions:", "expected a whole number"),
    ("max_positions: 0", "0 is too small, at least 1 is required"),
    ("max_positions: 1001", "1001 is too large, at most 1000 is allowed"),
    ("collar_pct: 1e3", "\"1e3\" is no decimal number"),
    ("collar_pct: nan", "\"nan\" is no decimal number"),
    ("collar_pct: .inf", "\".inf\" is no decimal number"),
    ("collar_pct: -1", "-1.0 is too small, at least 0.01 is required"),
  ])
  func `a value of the wrong kind or out of bounds is refused`(_ line: String, _ says: String) {
    let lines = refusal("risk_gate:\n  \(line)\n")
    #expect(lines.count == 2, "\(lines)")
    #expect(lines.last?.hasPrefix("il.yaml:2:") == true, "\(lines)")
    #expect(lines.last?.contains(says) == true, "\(lines)")
  }

  @Test func `all errors are reported at once`() {
    let lines = refusal(
      """
      supervisor:
        breaker_deaths: none
      risk_gate:
        max_posittions: 3
        max_notional_usd: lots
      typo: {}
      """)
    #expect(lines.count == 5)
    #expect(lines[0] == "unable to accept configuration il.yaml: 4 errors: correct")
    for (line, place) in zip(lines.dropFirst().sorted(), ["2:19", "4:3", "5:21", "6:1"]) {
      #expect(line.hasPrefix("il.yaml:\(place): "), "\(line)")
    }
  }

  @Test(arguments: [
    ("supervisor:\n  backoff_initial_ms: 900\n  backoff_max_ms: 300", "3:", "below"),
    ("venue:\n  request_timeout_ms: 200\n  connect_timeout_ms: 300", "3:", "above"),
    (
      "order_router:\n  stop_deadline_ms: 6000\n  protection_deadline_ms: 5000", "2:", "above"
    ),
  ])
  func `keys that contradict each other are refused`(
    _ text: String, _ place: String, _ word: String
  ) {
    let lines = refusal(text)
    #expect(lines.count == 2, "\(lines)")
    #expect(lines.last?.hasPrefix("il.yaml:\(place)") == true, "\(lines)")
    #expect(lines.last?.contains(" is \(word) ") == true, "\(lines)")
  }

  @Test func `a contradiction with a default is one too`() {
    let lines = refusal("venue:\n  request_timeout_ms: 500\n")
    #expect(lines.last?.contains("connect_timeout_ms") == true, "\(lines)")
  }

  @Test(arguments: [
    "risk_gate: [", "a: b: c", "risk_gate:\n\tmax_positions: 3", "- a\n- b\n", "just text",
    "risk_gate: 5\n", "risk_gate: {max_positions: 3, max_positions: 4}\n", "a: 1\na: 2\n",
    "risk_gate:\n  max_positions: 3\nrisk_gate:\n  max_positions: 4\n",
    "market_data:\n  instruments: PF_XBTUSD\n", "market_data:\n  instruments: [pf-xbt]\n",
    "market_data:\n  instruments: [PF_XBTUSD, PF_XBTUSD]\n", "market_data:\n  timeframe: 7m\n",
    "venue:\n  url: ftp://x\n", "venue:\n  listen: localhost\n",
    "venue:\n  listen: 1.2.3.4:99999\n",
    "venue:\n  symbols: {BTC: [1]}\n", "signal_service:\n  strategies: [../x]\n",
    "risk_gate:\n  1: 2\n", "risk_gate:\n  [a]: 2\n", "&a risk_gate: *a\n", "\u{0}",
  ])
  func `a text that cannot be right is refused, never a crash`(_ text: String) {
    let lines = refusal(text)
    #expect(lines.count >= 2)
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("il.yaml:") }, "\(lines)")
  }

  @Test func `a zero byte does not hide what stands behind it`() {
    let lines = refusal("risk_gate:\n  max_positions: 3\n\u{0}\ntypo: 1\n")
    #expect(lines.last == "il.yaml:3:1: not YAML: a zero byte stands in this line")
  }

  @Test func `a thousand errors are cut at fifty`() {
    let keys = (0..<1000).map { "  key\($0): 1" }.joined(separator: "\n")
    #expect(refusal("risk_gate:\n\(keys)\n").count <= 51)
  }

  @Test func `profiles differ in breaker, back-off, what is kept and what is risked`() {
    let demo = Configuration.defaults(profile: .demo)
    for profile in [Profile.paper, .live] {
      let other = Configuration.defaults(profile: profile)
      #expect(other.supervisor.breakerDeaths == 5)
      #expect(other.supervisor.backoffMaximumMilliseconds == 5000)
      #expect(other.riskGate.entryBlocklist == demo.riskGate.entryBlocklist)
      #expect(other.riskGate.value("risk_per_trade_pct") == 300_000)
      #expect(other.riskGate.maximumNotionalUSD == demo.riskGate.maximumNotionalUSD)
      #expect(other.orderRouter == demo.orderRouter)
      #expect(other.venue == demo.venue)
      #expect(other.marketData.records && other.marketData.usesArchive)
    }
    #expect(!demo.marketData.records && !demo.marketData.usesArchive)
    #expect(demo.supervisor.breakerDeaths == 1000)
    #expect(demo.supervisor.backoffMaximumMilliseconds == 200)
  }

  @Test func `days to keep are a timeframe and a number, and a file's own list holds alone`()
    throws
  {
    let kept = try parse("market_data:\n  keep_days: {1h: 30}\n").marketData.keepDays
    #expect(kept == ["1h": 30])
    #expect(try parse("market_data:\n  keep_days: {}\n").marketData.keepDays.isEmpty)
    for entry in ["2m: 30", "1m: 0", "1m: 36501", "1m: 1m", "30: 30", "1m: 030", "1m: -1"] {
      let lines = refusal("market_data:\n  keep_days: {\(entry)}\n")
      #expect(lines.contains { $0.contains("market_data.keep_days") }, "\(entry): \(lines)")
    }
  }

  @Test func `a file that cannot be read is refused by its path`() throws {
    let folder = try ScratchFolder()
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: folder.file("bytes.yaml")))
    for (path, reason) in [
      (folder.file("none.yaml"), "no such file"), (folder.path, "it is a folder"),
      (folder.file("bytes.yaml"), "not UTF-8"),
    ] {
      do {
        _ = try Configuration.load(path: path, profile: .demo)
        Issue.record("accepted \(path)")
      } catch {
        #expect(error.code == .badConfiguration)
        #expect(error.message.contains(path) && error.message.contains(reason), "\(error)")
      }
    }
  }

  @Test func `the digest tells two texts apart and one text always alike`() throws {
    let one = try parse("risk_gate:\n  max_positions: 3\n")
    let same = try parse("risk_gate:\n  max_positions: 3\n")
    let other = try parse("risk_gate:\n  max_positions: 4\n")
    #expect(one.digest == same.digest && one.digest != other.digest)
    #expect(one.digest.count == 16)
  }
}
