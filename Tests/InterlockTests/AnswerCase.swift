/// What a command says when all is well, when there is nothing, and when it cannot.
struct AnswerCase: Sendable, CustomStringConvertible {
  enum Kind: String, CaseIterable, Sendable {
    case normal, empty, error
  }

  let command: [String]
  let kind: Kind
  var flags: [String] = []
  /// What the fake stages answer; nil when there is no pipeline at all.
  var script: [String]? = []
  let code: Int32
  /// A word of the text, and of the JSON; of standard error when the code is not 0.
  var says: String = ""
  var saysJSON: String?
  /// Files of the state folder.
  var files: [String: String] = [:]

  var description: String { "\(command.joined(separator: " ")) \(kind.rawValue)" }

  /// Commands that need more than answers of stages have suites of their own.
  static let elsewhere: [String: String] = [
    "run": "RunCommandTests", "tap": "TapAnswerTests", "doctor": "DoctorTests",
    "data import": "DataCommandTests", "data list": "DataCommandTests",
    "data check": "DataCommandTests", "data record": "RecordedRunTests",
    "data replay": "DataReplayTests", "evaluate": "EvaluateTests",
    "simulate": "SimulateCommandTests", "backtest": "BacktestCommandTests",
    "config check": "ConfigCommandTests", "alert send": "AlertCommandTests",
  ]

  static let all: [AnswerCase] =
    reading + explaining + deeds + stages + killing + others + risk

  static func notRunning(_ command: String, _ flags: [String] = []) -> AnswerCase {
    AnswerCase(
      command: command.split(separator: " ").map(String.init), kind: .error, flags: flags,
      script: nil, code: 69, says: "unable to")
  }

  private static let order = """
    {"client_order_id":"abc","intent":"9f2c41d000","role":"entry","side":"buy","instrument":"PF_X",\
    "quantity":"1","status":"working","sent_at":"T","sent_ms":1010,"type":"ioc","filled":"1"}
    """

  private static let lists = ["orders", "intents", "fills", "positions", "events"]
  private static let reading: [AnswerCase] = lists.flatMap(reading)

  private static func reading(_ verb: String) -> [AnswerCase] {
    let head = verb == "events" ? "NUMBER" : "INSTRUMENT"
    let row = #"[{"instrument":"PF_X"}]"#
    return [
      AnswerCase(
        command: [verb], kind: .normal, script: ["order-router \(verb) ok \(row)"], code: 0,
        says: verb == "events" ? head : "PF_X", saysJSON: row),
      AnswerCase(
        command: [verb], kind: .empty, script: ["order-router \(verb) ok []"], code: 0,
        says: head, saysJSON: "[]"),
      notRunning(verb),
    ]
  }

  private static let explaining: [AnswerCase] = [
    AnswerCase(
      command: ["explain"], kind: .normal, flags: ["9f2c41d0", "--hops"],
      script: [
        """
        order-router intents ok [{"intent":"9f2c41d000","signal":"s/1","instrument":"PF_X",\
        "accepted_ms":1000,"accepted_at":"T","kind":"entry","state":"filled"}]
        """,
        "order-router orders ok [\(order)]",
        "order-router fills ok [{\"client_order_id\":\"abc\",\"wall_ms\":1030,\"time\":\"T\"}]",
        "signal-service explain no not among the newest decisions",
      ], code: 0, says: "20 ms  venue: first fill", saysJSON: "\"ms\":10"),
    AnswerCase(
      command: ["explain"], kind: .empty, flags: ["PF_X"],
      script: ["signal-service explain no PF_X: no candle has been decided on yet"], code: 1,
      says: "no candle has been decided"),
    notRunning("explain", ["PF_X"]),
  ]

  private static let why = ["--reason", "test"]

  static func deed(
    _ verb: String, _ flags: [String], done: String, nothing: String
  ) -> [AnswerCase] {
    let words = verb.split(separator: " ").map(String.init)
    let asked = words.last ?? verb
    return [
      AnswerCase(
        command: words, kind: .normal, flags: flags,
        script: ["order-router \(asked) ok {\"done\":\"\(done)\"}"], code: 0, says: done,
        saysJSON: "{\"done\":\"\(done)\"}"),
      AnswerCase(
        command: words, kind: .empty, flags: flags, script: ["order-router \(asked) no \(nothing)"],
        code: 1, says: nothing),
      notRunning(verb, flags),
    ]
  }

  private static let deeds: [AnswerCase] = router + dry

  private static let router: [AnswerCase] = [
    deed("pause", why, done: "paused", nothing: "already reducing"),
    deed("resume", why, done: "entries again", nothing: "it is active"),
    deed("reconcile", [], done: "reading the venue", nothing: "already reading"),
    deed("cancel", ["abc", "--execute"], done: "cancelling", nothing: "no resting order"),
    deed(
      "resolve", ["abc", "--not-placed"] + why, done: "resolved", nothing: "no open intent"),
    deed("flatten", ["--execute"] + why, done: "closing PF_X", nothing: "nothing to close"),
    deed(
      "kill-switch acknowledge", why, done: "cleared", nothing: "the latch is not set"),
  ].flatMap(\.self)

  private static let dry: [AnswerCase] = [
    AnswerCase(
      command: ["ledger", "copy"], kind: .normal, flags: ["/tmp/copy.sqlite"],
      script: ["order-router copy ok {\"file\":\"/tmp/copy.sqlite\"}"], code: 0,
      says: "copied to /tmp/copy.sqlite", saysJSON: "\"file\""),
    AnswerCase(
      command: ["ledger", "copy"], kind: .empty, flags: ["/tmp/copy.sqlite"],
      script: ["order-router copy no /tmp/copy.sqlite: it exists"], code: 1, says: "it exists"),
    notRunning("ledger copy", ["/tmp/copy.sqlite"]),
    AnswerCase(
      command: ["flatten"], kind: .normal, flags: why,
      script: ["order-router positions ok [{\"instrument\":\"PF_X\",\"direction\":\"long\"}]"],
      code: 0, says: "DRY RUN", saysJSON: "\"dry_run\":true"),
    AnswerCase(
      command: ["cancel"], kind: .normal, flags: ["abc"],
      script: ["order-router orders ok [\(order)]"], code: 0, says: "DRY RUN",
      saysJSON: "\"dry_run\":true"),
  ]

  private static let stages: [AnswerCase] = ["restart", "start", "stop"].flatMap(stage)

  private static func stage(_ verb: String) -> [AnswerCase] {
    [
      AnswerCase(
        command: [verb], kind: .normal, flags: ["risk-gate"], script: ["supervisor \(verb) ok {}"],
        code: 0, says: "risk-gate", saysJSON: "\"asked\":\"\(verb)\""),
      AnswerCase(
        command: [verb], kind: .empty, flags: ["dance"],
        script: ["supervisor \(verb) no no stage dance"], code: 1, says: "no stage dance"),
      notRunning(verb, ["risk-gate"]),
    ]
  }

  private static let killing: [AnswerCase] = [
    AnswerCase(
      command: ["kill-switch", "activate"], kind: .normal, flags: why,
      script: [
        """
        order-router latch ok {"active":true,"pending":[],"epoch":1,"started":1,"completed":2}
        """, "order-router reconcile ok {\"done\":\"reading\"}", "supervisor kill ok {\"told\":[]}",
      ], code: 0, says: "VERIFIED", saysJSON: "\"verified\":true"),
    AnswerCase(
      command: ["kill-switch", "activate"], kind: .empty, flags: why + ["--timeout", "0"],
      script: [
        """
        order-router latch ok {"active":true,"pending":["order abc rests"],"epoch":1,"started":1,\
        "completed":2}
        """, "order-router reconcile ok {\"done\":\"reading\"}", "supervisor kill ok {\"told\":[]}",
      ], code: 75, says: "order abc rests"),
    notRunning("kill-switch activate", why + ["--timeout", "0"]),
    AnswerCase(
      command: ["kill-switch", "status"], kind: .normal,
      script: ["order-router latch ok {\"active\":true}"], code: 0, says: "LATCHED",
      saysJSON: "\"active\":true", files: ["latch": "torn"]),
    AnswerCase(
      command: ["kill-switch", "status"], kind: .empty, code: 0, says: "kill switch: clear",
      saysJSON: "\"active\":false"),
    notRunning("kill-switch status"),
  ]

  private static let others: [AnswerCase] = [
    AnswerCase(
      command: ["status"], kind: .normal,
      script: [
        FakeStages.status.replacing(
          "\"stages\":[]",
          with: """
            "stages":[{"name":"risk-gate","state":"ready","generation":1,"restarts":0,"status":{}}]
            """)
      ], code: 0, says: "risk-gate  ready", saysJSON: "\"name\":\"risk-gate\""),
    AnswerCase(
      command: ["status"], kind: .empty, code: 0, says: "kill switch: clear",
      saysJSON: "\"stages\":[]"),
    notRunning("status"),
    AnswerCase(
      command: ["logs"], kind: .normal, flags: ["risk-gate"], code: 0, says: "WARNING late",
      saysJSON: "\"process\":\"risk-gate\"",
      files: ["interlock.log": "2026-11-24T09:00:00.123Z risk-gate[7] WARNING late by=1\n"]),
    AnswerCase(
      command: ["logs"], kind: .empty, flags: ["tap-relay"], code: 0, says: "", saysJSON: "",
      files: ["interlock.log": "2026-11-24T09:00:00.123Z risk-gate[7] WARNING late by=1\n"]),
    notRunning("logs", ["--unit", "none-of-that-name"]),
    AnswerCase(
      command: ["alert", "test"], kind: .normal,
      script: ["alerter test ok {\"delivered\":[\"webhook\"]}"], code: 0,
      says: "delivered: webhook", saysJSON: "{\"delivered\":[\"webhook\"]}"),
    AnswerCase(
      command: ["alert", "test"], kind: .empty, script: nil, code: 1,
      says: "no channel is configured"),
    AnswerCase(
      command: ["alert", "test"], kind: .error,
      script: ["alerter test no test: webhook: HTTP 404"], code: 1, says: "HTTP 404"),
  ]
}
