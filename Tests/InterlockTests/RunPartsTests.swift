import Testing

@testable import Interlock

@Suite("parts of a run")
struct RunPartsTests {
  @Test func `fatal lines come with what belongs to them, each once`() {
    let log = """
      2026-11-24T09:00:00.000Z supervisor[1] NOTICE started profile=demo
      paper-venue: fatal: unable to accept configuration il.yaml: 2 errors: correct
      il.yaml:2:3: risk_gate.max_posittions: unknown key
      il.yaml:3:21: risk_gate.max_notional_usd: "lots" is no whole number
      2026-11-24T09:00:00.100Z supervisor[1] ERROR died stage=paper-venue detail="exit 78"
      paper-venue: fatal: unable to accept configuration il.yaml: 2 errors: correct
      2026-11-24T09:00:00.200Z supervisor[1] NOTICE stopped code=78
      """
    let lines = PipelineRun.fatalLines(log)
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("paper-venue: fatal: ") == true)
    #expect(lines.last?.hasPrefix("il.yaml:3:21") == true)
    #expect(PipelineRun.fatalLines("2026-11-24T09:00:00.000Z x[1] INFO fine\n").isEmpty)
  }

  @Test(arguments: [("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000)] as [(String, Int64)])
  func `a time is a number with its unit`(_ text: String, _ milliseconds: Int64) {
    #expect(RunDuration(argument: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: ["", "s", "0s", "-5s", "1.5h", "5 m", "5d", "99999999999999999999s", "٣s"])
  func `anything else is no time`(_ text: String) {
    #expect(RunDuration(argument: text) == nil)
  }

  @Test func `a table's columns are as wide as their widest cell`() {
    #expect(
      Table.text(["a", "long"], [["x", "1"], ["wide cell", "2"]])
        == "A          LONG\nx          1\nwide cell  2")
  }
}
