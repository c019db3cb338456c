import Foundation
import Testing

@testable import Interlock

@Suite("the evaluate command")
struct EvaluateTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private static let header =
    "index,timestamp_utc,open_cents,high_cents,low_cents,close_cents,volume"

  /// So many quarter-hours from 2024-01-01, each a cent above the one before.
  private static func rows(_ count: Int) -> [String] {
    (0..<count).map { index in
      let (day, minute) = (index / 96 + 1, index % 96 * 15)
      let time =
        "2024-01-\(String(format: "%02d", day))T"
        + "\(String(format: "%02d:%02d", minute / 60, minute % 60)):00Z"
      return "\(index),\(time),\(1000 + index),\(1002 + index),\(999 + index),\(1001 + index),1.5"
    }
  }

  private func evaluate(_ text: String, _ arguments: [String]) async throws -> RealCommand.Answer {
    let path = try folder.write(text, to: "candles.csv")
    return try await RealCommand.run(["evaluate", "--candles", path] + arguments, in: folder)
  }

  private func file(_ rows: [String]) -> String {
    ([Self.header] + rows).joined(separator: "\n") + "\n"
  }

  @Test func `it prints one object an hour, with the keys of the golden records`() async throws {
    let text = file(Self.rows(96 * 2))
    for variant in ["reference", "corrected"] {
      let answer = try await evaluate(text, ["--variant", variant, "--hours", "20..40/10"])
      #expect(answer.code == 0, "\(answer)")
      let lines = answer.output.split(separator: "\n")
      #expect(lines.count == 3)
      let records = try lines.map { line in
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
      }
      #expect(records.map { $0["i"] as? Int } == [20, 30, 40])
      #expect(records[1]["t"] as? String == "2024-01-02T06:00:00Z")
      #expect(records[0]["reason"] as? String == "insufficient")
      let keys = [
        "i", "t", "signal", "bias", "htf_bias", "entry", "stop", "tp", "tp_candidates", "setup",
        "regime", "slope", "atr_ratio", "score", "ms_state", "ind", "ob_bull", "ob_bear",
        "fvg_bull", "fvg_bear", "bos_bull", "bos_bear", "fib", "ms", "reason",
      ]
      #expect(Set(keys).isSubset(of: records[0].keys))
      let indicators = try #require(records[2]["ind"] as? [String: Any])
      #expect(indicators["rsi14_1h"] as? String == "100.0")
      #expect(indicators["ema200_1d"] is NSNull)
    }
  }

  @Test func `prices in decimals are taken as well, and give the same decisions`() async throws {
    let rows = Self.rows(96)
    let cents = try await evaluate(file(rows), ["--variant", "reference", "--hours", "0..23"])
    let decimals = rows.map { row -> String in
      let fields = row.split(separator: ",")
      let prices = fields[2...5].map { cents in
        cents.dropLast(2) + "." + cents.suffix(2)
      }
      let index = Int(fields[0]) ?? 0
      return "\(1_704_067_200_000 + index * 900_000),\(prices.joined(separator: ",")),1.5"
    }
    let path = try folder.write(
      "ts,open,high,low,close,volume\n" + decimals.joined(separator: "\n") + "\n",
      to: "venue_BTCUSDT_15m.csv")
    let answer = try await RealCommand.run(
      ["evaluate", "--variant", "reference", "--hours", "0..23", "--candles", path], in: folder)
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.output == cents.output)
  }

  @Test func `what cannot be evaluated is refused with its line and a remedy`() async throws {
    let good = Self.rows(96)
    let cases: [(String, (inout [String]) -> Void)] = [
      ("line 12: index 11 where 10 follows", { $0.remove(at: 10) }),
      (
        "line 12: 2024-01-01T03:00:00Z does not follow",
        {
          $0[10] = $0[10].replacingOccurrences(of: "T02:30", with: "T03:00")
        }
      ),
      (
        "line 7: impossible bar",
        { $0[5] = $0[5].replacingOccurrences(of: ",1004,", with: ",9004,") }
      ),
      ("line 3: prices are whole cents", { $0[1] = "1,2024-01-01T00:15:00Z,1,2,NaN,4,5" }),
      ("line 3: prices are whole cents", { $0[1] = "1,2024-01-01T00:15:00Z,1,2,-1,4,5" }),
      ("line 3: volume \"inf\"", { $0[1] = "1,2024-01-01T00:15:00Z,1002,1003,1001,1002,inf" }),
      ("line 3: 6 fields where there are 7", { $0[1] = "1,2024-01-01T00:15:00Z,1,2,3,4" }),
    ]
    for (sentence, change) in cases {
      var rows = good
      change(&rows)
      let answer = try await evaluate(file(rows), ["--variant", "reference", "--hours", "0..5"])
      #expect(answer.code == 78 && answer.output.isEmpty, "\(sentence): \(answer)")
      #expect(answer.errors.contains(sentence), "\(answer)")
    }
    let late = try await evaluate(file(good), ["--variant", "reference", "--hours", "0..24"])
    #expect(late.code == 78 && late.errors.contains("holds hours 0 to 23"))
    let missing = try await RealCommand.run(
      ["evaluate", "--variant", "reference", "--hours", "0..1", "--candles", "/none"], in: folder)
    #expect(missing.code == 78 && missing.errors.contains("no such file"))
  }

  @Test func `flags that say nothing are misuse, parameters that contradict are refused`()
    async throws
  {
    let text = file(Self.rows(96))
    for hours in ["5", "5..4", "-1..4", "0..4/0", "0..4/2/2", "a..b", "0..99999999999999999999"] {
      let answer = try await evaluate(text, ["--variant", "reference", "--hours=\(hours)"])
      #expect(answer.code == 64, "\(hours): \(answer)")
    }
    let variant = try await evaluate(text, ["--variant", "better", "--hours", "0..4"])
    #expect(variant.code == 64 && variant.errors.contains("neither reference nor corrected"))
    let bad = [
      (#"{"adx_period": 15, "bos_confirmation_candles": 10}"#, "adx_period: 15 is out of bounds"),
      (#"{"adx_period": true}"#, "adx_period: expected a number"),
      (#"{"adx": {"period": 14}}"#, "adx: expected a number, a word"), ("[1]", "not one flat JSON"),
      ("{", "not one flat JSON"),
    ]
    for (parameters, sentence) in bad {
      let path = try folder.write(parameters, to: "parameters.json")
      let answer = try await evaluate(
        text, ["--variant", "reference", "--hours", "0..4", "--params", path])
      #expect(answer.code == 78 && answer.errors.contains(sentence), "\(parameters): \(answer)")
    }
  }

  @Test func `a picture holds every hour, and what cannot be drawn is refused`() async throws {
    let text = file(Self.rows(96))
    let picture = try folder.write("", to: "seen.svg")
    let flags = ["--variant", "reference", "--hours", "4..23"]
    let answer = try await evaluate(text, flags + ["--plot", picture])
    #expect(answer.code == 0, "\(answer)")
    let svg = folder.read("seen.svg")
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    #expect(svg.components(separatedBy: "<g class=\"up\">").count - 1 == 20)
    #expect(svg.contains("candles.csv: reference"))
    // Written down as it is drawn twice: nothing in it changes from run to run.
    _ = try await evaluate(text, flags + ["--plot", picture])
    #expect(folder.read("seen.svg") == svg)
    let nowhere = try await evaluate(text, flags + ["--plot", "/nowhere/seen.svg"])
    #expect(nowhere.code == 78 && nowhere.errors.contains("unable to write the picture"))
    let many = try await evaluate(
      text, ["--variant", "reference", "--hours", "0..2000", "--plot", picture])
    #expect(many.code == 64 && many.errors.contains("2001 hours are too many"))
  }

  @Test func `a decision is shown with its reason, its signal and one number a line`() {
    let row: [String: Any] = [
      "decided_at": "2024-01-01T01:00:00.000Z", "strategy": "smc", "instrument": "PF_XBTUSD",
      "timeframe": "1h", "reason": "ADX_TOO_LOW", "values": ["bias=bullish", "adx=12.5"],
    ]
    #expect(
      ExplainCommand.text(row)
        == """
        2024-01-01T01:00:00.000Z  smc  PF_XBTUSD  1h  ADX_TOO_LOW
          bias=bullish
          adx=12.5
        """)
  }
}
