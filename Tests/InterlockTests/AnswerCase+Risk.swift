// Limits, locks and results.
extension AnswerCase {
  static let risk: [AnswerCase] = shown + changes

  private static let why = ["--reason", "test"]

  private static let shown: [AnswerCase] = [
    AnswerCase(
      command: ["risk"], kind: .normal,
      script: [
        #"order-router risk ok {"trading_state":"active","rows":[{"control":"daily_loss"}]}"#,
        #"risk-gate risk ok [{"control":"collar"}]"#,
      ], code: 0, says: "daily_loss", saysJSON: "\"control\":\"collar\""),
    AnswerCase(
      command: ["risk"], kind: .empty, script: ["order-router risk ok {}"], code: 0,
      says: "the gate's own rows are missing", saysJSON: "\"gate_error\""),
    notRunning("risk"),
    AnswerCase(
      command: ["limits", "show"], kind: .normal,
      script: [#"order-router limits ok [{"limit":"risk_gate.max_positions","value":"4"}]"#],
      code: 0, says: "risk_gate.max_positions", saysJSON: "risk_gate.max_positions"),
    AnswerCase(
      command: ["limits", "show"], kind: .empty, flags: ["dance"],
      script: ["order-router limits ok []"], code: 1, says: "no limit begins with dance"),
    notRunning("limits show"),
    AnswerCase(
      command: ["locks"], kind: .normal,
      script: [#"order-router locks ok [{"kind":"manual","scope":"all"}]"#], code: 0,
      says: "manual", saysJSON: "\"scope\":\"all\""),
    AnswerCase(
      command: ["locks"], kind: .empty, script: ["order-router locks ok []"], code: 0,
      says: "no locks", saysJSON: "[]"),
    notRunning("locks"),
    AnswerCase(
      command: ["trades"], kind: .normal,
      script: [#"order-router trades ok [{"instrument":"PF_X","net":"1"}]"#], code: 0,
      says: "PF_X", saysJSON: "\"net\":\"1\""),
    AnswerCase(
      command: ["trades"], kind: .empty, script: ["order-router trades ok []"], code: 0,
      says: "CLOSED_AT", saysJSON: "[]"),
    notRunning("trades"),
  ]

  private static let changes: [AnswerCase] = [
    deed("lock", ["all"] + why, done: "locked", nothing: "it is locked already"),
    deed("unlock", ["manual"] + why, done: "unlocked", nothing: "no such lock holds"),
    deed("limits tighten", ["a.b", "1"] + why, done: "tightened", nothing: "it would loosen"),
    deed("limits loosen", ["a.b", "9"] + why, done: "it waits", nothing: "out of bounds"),
    deed("limits confirm", ["a.b", "9"] + why, done: "loosened", nothing: "nobody asked"),
  ].flatMap(\.self)
}
