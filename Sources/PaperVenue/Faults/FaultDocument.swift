/// Reads the JSON document of a fault.
///
///     {"match": {"method": "POST", "path": "sendorder", "parameters": {"side": "buy"}},
///      "nth": 3, "fault": {"kind": "answer_lost"}}
///
/// Without `nth`, `times`, `every` or `probability` a fault befalls the first match and is spent;
/// one that is a state (`empty_positions`, `stale_snapshot`, `clock_skew`, `fills_without_orders`)
/// holds until it is disarmed.
enum FaultDocument {
  private static let longest: Int64 = 600_000
  private static let counts: ClosedRange<Int64> = 1...1_000_000_000

  static func fault(_ text: String) throws(FaultRefusal) -> Fault {
    let json: JSON
    do {
      json = try JSONParser.parse(text)
    } catch {
      throw FaultRefusal(description: error.description)
    }
    let reader = try FaultReader(
      json, "document",
      known: ["id", "match", "nth", "every", "times", "probability", "seed", "fault"])
    guard let body = reader.value("fault") else { throw reader.refusal("fault", "missing") }
    let kind = try kind(body)
    var fault = Fault(kind: kind, document: json)
    fault.id = try id(reader)
    fault.match = try match(reader, kind)
    fault.schedule = try schedule(reader, kind)
    return fault
  }

  private static func id(_ reader: FaultReader) throws(FaultRefusal) -> String? {
    guard let id = try reader.text("id") else { return nil }
    let isName = id.utf8.allSatisfy { byte in
      switch Unicode.Scalar(byte) {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
      default: false
      }
    }
    guard isName, (1...64).contains(id.utf8.count) else {
      throw reader.refusal("id", "expected 1 to 64 letters, digits, dots, - or _")
    }
    return id
  }

  private static func match(
    _ reader: FaultReader, _ kind: FaultKind
  ) throws(FaultRefusal) -> RequestMatch {
    var match = RequestMatch(paths: kind.paths)
    guard let value = reader.value("match") else { return match }
    if kind.isOfSockets { throw reader.refusal("match", "a fault of WebSockets has none") }
    let inner = try FaultReader(value, "match", known: ["method", "path", "parameters"])
    match.method = try inner.text("method")
    if let path = try inner.text("path") { match.paths = [path] }
    guard let parameters = inner.value("parameters") else { return match }
    guard case .object(let members) = parameters, members.count <= 20 else {
      throw inner.refusal("parameters", "expected an object of at most 20 members")
    }
    for member in members {
      switch member.value {
      case .text(let text): match.parameters[member.name] = text
      case .number(let digits): match.parameters[member.name] = digits
      case .flag(let flag): match.parameters[member.name] = flag ? "true" : "false"
      case .null, .list, .object:
        throw inner.refusal("parameters", "expected a text, a number or a flag for each name")
      }
    }
    return match
  }

  private static func schedule(
    _ reader: FaultReader, _ kind: FaultKind
  ) throws(FaultRefusal) -> FaultSchedule {
    var schedule = FaultSchedule()
    let nth = try reader.integer("nth", counts)
    let times = try reader.integer("times", counts)
    let every = try reader.flag("every")
    schedule.probability = try reader.probability("probability")
    schedule.seed = UInt64(try reader.integer("seed", 0...Int64.max) ?? 1)
    schedule.first = Int(nth ?? 1)
    if every == true && times != nil { throw reader.refusal("every", "it has no end with times") }
    let isEndless =
      every ?? (times == nil && nth == nil && (kind.isState || schedule.probability != nil))
    schedule.count = isEndless ? nil : Int(times ?? 1)
    return schedule
  }

  /// The kinds and the keys each has beside `kind`.
  private static let keys: [String: Set<String>] = [
    "answer_lost": ["silent"], "request_lost": ["silent"], "delay": ["ms"], "delay_answer": ["ms"],
    "twice": ["answer"], "status": ["code", "body", "processed"],
    "rate_limited": ["code", "reset_s"], "truncate": ["bytes"], "garble": [],
    "drip": ["bytes", "every_ms"], "reset_before": [], "reset_after": [],
    "replace_word": ["from", "to"], "set": ["at", "value"], "empty_positions": [],
    "stale_snapshot": [], "clock_skew": ["ms"], "ws_drop": ["feed"], "ws_stall": ["feed", "ms"],
    "ws_sequence_gap": ["feed"], "fills_before_answer": [], "fills_without_orders": [],
  ]

  static var kinds: [String] { keys.keys.sorted() }

  private static func kind(_ json: JSON) throws(FaultRefusal) -> FaultKind {
    guard let word = json["kind"]?.string, let known = keys[word] else {
      let words = keys.keys.sorted().joined(separator: ", ")
      throw FaultRefusal(description: "fault.kind: missing or unknown: one of \(words)")
    }
    let reader = try FaultReader(json, "fault", known: known.union(["kind"]))
    switch word {
    case "answer_lost": return .answerLost(isSilent: try reader.flag("silent") ?? false)
    case "request_lost": return .requestLost(isSilent: try reader.flag("silent") ?? false)
    case "delay": return .delay(milliseconds: try reader.requiredInteger("ms", 1...longest))
    case "delay_answer":
      return .delayAnswer(milliseconds: try reader.requiredInteger("ms", 1...longest))
    case "garble": return .garble
    case "reset_before": return .resetBefore
    case "reset_after": return .resetAfter
    case "empty_positions": return .emptyPositions
    case "stale_snapshot": return .staleSnapshot
    case "clock_skew":
      return .clockSkew(
        milliseconds: try reader.requiredInteger("ms", -86_400_000...86_400_000))
    case "fills_before_answer": return .fillsBeforeAnswer
    case "fills_without_orders": return .fillsWithoutOrders
    case "ws_drop": return .socketDrop(feed: try reader.text("feed"))
    case "ws_stall":
      return .socketStall(
        feed: try reader.text("feed"), milliseconds: try reader.requiredInteger("ms", 1...longest))
    case "ws_sequence_gap": return .sequenceGap(feed: try reader.text("feed"))
    default: return try answerKind(word, reader)
    }
  }

  private static func answerKind(
    _ word: String, _ reader: FaultReader
  ) throws(FaultRefusal) -> FaultKind {
    let bytes: ClosedRange<Int64> = 0...1_000_000_000
    switch word {
    case "twice":
      let answer = try reader.text("answer") ?? "second"
      guard ["first", "second"].contains(answer) else {
        throw reader.refusal("answer", "expected first or second")
      }
      return .twice(keepsSecond: answer == "second")
    case "status":
      return .status(
        code: Int(try reader.requiredInteger("code", 200...599)), body: try reader.text("body"),
        isProcessed: try reader.flag("processed") ?? false)
    case "rate_limited":
      let code = try reader.integer("code", 200...429) ?? 429
      guard [200, 429].contains(code) else { throw reader.refusal("code", "expected 200 or 429") }
      return .rateLimited(
        code: Int(code), resetSeconds: try reader.integer("reset_s", 0...86_400) ?? 10)
    case "truncate": return .truncate(bytes: Int(try reader.requiredInteger("bytes", bytes)))
    case "drip":
      return .drip(
        bytes: Int(try reader.requiredInteger("bytes", 1...1_000_000)),
        everyMilliseconds: try reader.requiredInteger("every_ms", 1...60_000))
    case "replace_word":
      return .replaceWord(
        from: try reader.requiredText("from"), to: try reader.requiredText("to"))
    case "set":
      guard let value = reader.value("value") else { throw reader.refusal("value", "missing") }
      return .set(place: try reader.requiredText("at"), value: value)
    default: throw reader.refusal("kind", "unknown")
    }
  }
}
