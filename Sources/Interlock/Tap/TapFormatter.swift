import Domain
import Wire

/// Messages of the tap as lines, for people or as JSON.
struct TapFormatter {
  static let streams = [
    "trades", "candles", "tickers", "signals", "decisions", "orders", "control",
  ]

  private let json: Bool
  private let symbol: InstrumentID?
  private let filter: TapFilter
  private var instruments: [InstrumentID: Instrument] = [:]

  init(json: Bool, symbol: InstrumentID?, filter: TapFilter = .none) {
    self.json = json
    self.symbol = symbol
    self.filter = filter
  }

  struct Line {
    let text: String
    /// Whether it is a message, as opposed to a word about the tap itself.
    let counts: Bool
  }

  mutating func learn(_ listed: [Instrument]) {
    for instrument in listed { instruments[instrument.id] = instrument }
  }

  /// The line for what was heard; nil when it was not asked for.
  mutating func line(_ reception: Subscriber.Reception, wanted: Set<String>) -> Line? {
    switch reception {
    case .gap(let source, let missed):
      return gap(
        json ? ["gap": missed, "source": source] : [:], "this tap missed \(missed) messages")
    case .restarted: return nil
    case .malformed(let why):
      let text = json ? JSONText.line(["malformed": why]) : "(a message was refused: \(why))"
      return Line(text: text, counts: false)
    case .message(let message):
      // The relay numbers everything on the tap; what was read from the ledger has no such number.
      let number = message.sequence > 0 ? message.sequence : nil
      guard case .relayed(let inner) = message.body else {
        return line(message, number, wanted: wanted)
      }
      return line(inner, number, wanted: wanted)
    }
  }

  private func gap(_ object: [String: Any], _ sentence: String) -> Line {
    Line(text: json ? JSONText.line(object) : "(\(sentence))", counts: false)
  }

  private mutating func line(
    _ message: StreamMessage, _ number: UInt64?, wanted: Set<String>
  ) -> Line? {
    switch message.body {
    case .instrument(let instrument): learn([instrument])
    // What was lost above the relay is this listener's loss too, whatever it listens to.
    case .control(let note) where note.state == "gap" && !wanted.contains("control"):
      return gap(["gap": note.detail, "source": message.source], "lost: \(note.detail)")
    default: break
    }
    guard let (stream, subject, fields) = describe(message.body), wanted.contains(stream),
      symbol == nil || subject == symbol, filter.passes(fields, source: message.source)
    else { return nil }
    guard json else {
      let pairs = fields.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
      return Line(text: "\(stream) \(message.source) \(pairs)", counts: true)
    }
    var object: [String: Any] = [
      "stream": stream, "source": message.source, "epoch": message.epoch,
      "sequence": message.sequence,
    ]
    object["tap"] = number
    for (name, value) in fields { object[name] = value }
    return Line(text: JSONText.line(object), counts: true)
  }

  private typealias Description = (
    stream: String, subject: InstrumentID?, fields: [(String, String)]
  )

  private func describe(_ body: StreamBody) -> Description? {
    switch body {
    case .candle(let candle):
      return ("candles", candle.instrument, fields(candle))
    case .trade(let trade): return ("trades", trade.instrument, fields(trade))
    case .ticker(let ticker, let readAt):
      let id = ticker.instrument
      return (
        "tickers", id,
        [
          ("instrument", id.symbol), ("market_time", time(ticker.time.milliseconds)),
          ("bid", text(ticker.bid, id)), ("ask", text(ticker.ask, id)),
          ("last", text(ticker.last, id)), ("mark", text(ticker.mark, id)),
          ("read_at", time(readAt.milliseconds)),
        ]
      )
    case .signal(let signal): return ("signals", signal.instrument, fields(signal))
    case .decision(let decision):
      return ("decisions", decision.signal.instrument, fields(decision))
    case .exitDecision(let decision):
      return ("decisions", decision.exit.instrument, fields(decision))
    case .explanation(let explanation):
      return ("decisions", explanation.instrument, fields(explanation))
    case .event(let event): return describe(event)
    case .control(let note):
      return (
        "control", nil,
        [
          ("state", note.state), ("generation", "\(note.generation)"), ("detail", note.detail),
        ]
      )
    case .instrument, .relayed: return nil
    }
  }

  private func fields(_ trade: Trade) -> [(String, String)] {
    let id = trade.instrument
    return [
      ("instrument", id.symbol), ("market_time", time(trade.time.milliseconds)),
      ("side", trade.taker.rawValue), ("price", text(trade.price, id)),
      ("quantity", text(trade.quantity, id)), ("type", trade.kind.rawValue), ("id", trade.id.text),
    ]
  }

  private func fields(_ candle: Candle) -> [(String, String)] {
    let id = candle.instrument
    return [
      ("instrument", id.symbol), ("timeframe", candle.timeframe.rawValue),
      ("open_time", time(candle.openTime.milliseconds)), ("open", text(candle.open, id)),
      ("high", text(candle.high, id)), ("low", text(candle.low, id)),
      ("close", text(candle.close, id)), ("volume", text(candle.volume, id)),
    ]
  }

  private func fields(_ signal: Signal) -> [(String, String)] {
    let id = signal.instrument
    return [
      ("id", signal.id.text), ("strategy", signal.strategy.text), ("instrument", id.symbol),
      ("direction", signal.direction.rawValue), ("setup", signal.setup.text),
      ("worst_price", text(signal.worstPrice, id)), ("stop", text(signal.stop, id)),
      ("take_profits", signal.takeProfits.map { text($0, id) }.joined(separator: " ")),
      ("decided_at", time(signal.decidedAt.milliseconds)),
      ("valid_until", time(signal.validUntil.milliseconds)),
    ]
  }

  private func fields(_ decision: Decision) -> [(String, String)] {
    let id = decision.signal.instrument
    var fields = [
      ("signal", decision.signal.id.text), ("instrument", id.symbol),
      ("quantity", text(decision.quantity, id)), ("time", time(decision.time.milliseconds)),
    ]
    fields += self.fields(decision.verdict)
    return fields
  }

  private func fields(_ verdict: Verdict) -> [(String, String)] {
    switch verdict {
    case .accepted(let hash): [("verdict", "accepted"), ("intent", "\(hash)")]
    case .denied(let denials):
      [("verdict", "denied"), ("denials", denials.map(\.description).joined(separator: "; "))]
    }
  }

  private func fields(_ decision: ExitDecision) -> [(String, String)] {
    [
      ("exit", decision.exit.id.text), ("instrument", decision.exit.instrument.symbol),
      ("position", decision.exit.signal.text), ("reason", decision.exit.reason.text),
      ("time", time(decision.time.milliseconds)),
    ] + fields(decision.verdict)
  }

  /// What a strategy decided without the gate: most often nothing, and why.
  private func fields(_ explanation: Explanation) -> [(String, String)] {
    [
      ("strategy", explanation.strategy.text), ("instrument", explanation.instrument.symbol),
      ("timeframe", explanation.timeframe.rawValue),
      ("decided_at", time(explanation.decidedAt.milliseconds)), ("reason", explanation.reason),
      ("values", explanation.values.map { "\($0.name)=\($0.value)" }.joined(separator: " ")),
    ]
  }

  private func fields(_ hash: IntentHash, _ intent: OrderIntent) -> [(String, String)] {
    let id = intent.signal.instrument
    return [
      ("type", "intent_accepted"), ("intent", "\(hash)"), ("signal", intent.signal.id.text),
      ("instrument", id.symbol), ("quantity", text(intent.quantity, id)),
    ]
  }

  private func fields(_ hash: IntentHash, _ exit: ExitIntent) -> [(String, String)] {
    [
      ("type", "exit"), ("intent", "\(hash)"), ("instrument", exit.instrument.symbol),
      ("reason", exit.reason.rawValue), ("quantity", text(exit.quantity, exit.instrument)),
    ]
  }

  private func fields(_ hash: IntentHash, _ adoption: Adoption) -> [(String, String)] {
    [
      ("type", "adoption"), ("intent", "\(hash)"), ("instrument", adoption.instrument.symbol),
      ("quantity", text(adoption.quantity, adoption.instrument)),
      ("stop", text(adoption.stop, adoption.instrument)),
    ]
  }

  private func describe(_ event: LedgerEvent) -> Description {
    var subject: InstrumentID?
    var fields = [("number", "\(event.number)"), ("time", time(event.time.milliseconds))]
    switch event.body {
    case .intentAccepted(let hash, let intent):
      subject = intent.signal.instrument
      fields += self.fields(hash, intent)
    case .intentDenied(let hash, let signal, let denial):
      fields += [
        ("type", "intent_denied"), ("intent", "\(hash)"), ("signal", signal.text),
        ("denial", denial.description),
      ]
    case .execution(let report):
      subject = report.instrument
      fields += [
        ("type", "execution"), ("client_order_id", report.clientOrderID.text),
        ("role", report.role.rawValue), ("instrument", report.instrument.symbol),
        ("status", report.status.rawValue),
        ("cumulative_quantity", text(report.cumulativeQuantity, report.instrument)),
        ("text", report.text),
      ]
    case .fill(let fill):
      subject = fill.instrument
      fields += [
        ("type", "fill"), ("execution_id", fill.id.text), ("instrument", fill.instrument.symbol),
        ("side", fill.side.rawValue), ("quantity", text(fill.quantity, fill.instrument)),
        ("price", fill.price.map { text($0, fill.instrument) } ?? "unknown"),
      ]
    case .position(let position):
      subject = position.instrument
      fields += [
        ("type", "position"), ("instrument", position.instrument.symbol),
        ("direction", position.direction?.rawValue ?? "flat"),
        ("quantity", text(position.quantity, position.instrument)),
      ]
    case .account(let account):
      fields += [
        ("type", "account"), ("equity", account.equity.description),
        ("available_margin", account.availableMargin.description),
      ]
    case .exitAccepted(let hash, let exit):
      subject = exit.instrument
      fields += self.fields(hash, exit)
    case .adopted(let hash, let adoption):
      subject = adoption.instrument
      fields += self.fields(hash, adoption)
    case .tradeClosed(let trade):
      subject = trade.instrument
      fields += RiskFields.of(
        trade, price: { text($0, trade.instrument) },
        quantity: text(trade.quantity, trade.instrument))
    case .risk(let change): fields += RiskFields.of(change)
    case .state(let text): fields += [("type", "state"), ("state", text)]
    }
    return ("orders", subject, fields)
  }

  private func time(_ milliseconds: Int64) -> String { ISO8601.text(milliseconds: milliseconds) }

  private func text(_ price: Price, _ id: InstrumentID) -> String {
    instruments[id]?.text(price) ?? "\(price.ticks) ticks"
  }

  private func text(_ quantity: Quantity, _ id: InstrumentID) -> String {
    instruments[id]?.text(quantity) ?? "\(quantity.lots) lots"
  }
}
