import Daemon
import Testing

@testable import Interlock

@Suite("config check")
struct ConfigCommandTests {
  @Test(arguments: Profile.allCases)
  func `nothing is wrong with what is shipped`(_ profile: Profile) throws {
    #expect(try ConfigCommand.problems(path: nil, profile: profile) == [])
  }

  @Test func `every problem at once, in the file's order, with its place`() {
    let text = """
      risk_gate:
        max_positions: 11
        max_leverage: 11
        drawdown_halt_pct: 9
        max_posittions: 3
      order_router:
        entries_per_minute: 50
      """
    let problems = ConfigCommand.problems(text, path: "il.yaml", profile: .live)
    #expect(
      problems == [
        "il.yaml:2:18: risk_gate.max_positions 11 is not below risk_gate.positions_degraded 11: "
          + "the last allowed position would already stop entries",
        "il.yaml:3:17: risk_gate.max_leverage: 11.0 is too large, at most 10.0 is allowed",
        "il.yaml:4:22: risk_gate.drawdown_degraded_pct 10% is not below "
          + "risk_gate.drawdown_halt_pct 9%: it would halt before it stops entries",
        "il.yaml:5:3: risk_gate.max_posittions: unknown key, did you mean max_positions?",
        "il.yaml:7:23: risk_gate.max_entries_per_minute 60 is above "
          + "order_router.entries_per_minute 50: the router would deny what the gate lets through",
      ])
  }
}
