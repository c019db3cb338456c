import Domain

// Questions and replies of the request ports.
extension Codec {
  static func encode(_ question: Question, id: UInt64) -> [UInt8] {
    var proto = ProtoRequest()
    proto.version = version
    proto.id = id
    switch question {
    case .marketSnapshot(let candles):
      proto.marketSnapshot.candles = UInt32(clamping: candles)
    case .replay(let from, let count):
      proto.replay.from = UInt64(clamping: from)
      proto.replay.count = UInt32(clamping: count)
    }
    return bytes(proto)
  }

  /// A question and its id; a question that cannot be answered still has the id to say so.
  static func decodeQuestion(
    _ frame: [UInt8]
  ) throws(WireError) -> (id: UInt64, question: Result<Question, WireError>) {
    let proto = try message(ProtoRequest.self, frame)
    do {
      return (proto.id, .success(try question(proto)))
    } catch {
      return (proto.id, .failure(error))
    }
  }

  private static func question(_ proto: ProtoRequest) throws(WireError) -> Question {
    try check(proto.version)
    switch proto.body {
    case .marketSnapshot(let snapshot):
      return .marketSnapshot(candles: try count(snapshot.candles))
    case .replay(let replay):
      guard let from = Int64(exactly: replay.from), from > 0 else {
        throw .malformed("replay from \(replay.from)")
      }
      return .replay(from: from, count: try count(replay.count))
    case nil: throw .malformed("a request without a question")
    }
  }

  private static func count(_ asked: UInt32) throws(WireError) -> Int {
    guard (1...UInt32(Question.most)).contains(asked) else {
      throw .malformed("\(asked) are asked for, 1 to \(Question.most) are answered")
    }
    return Int(asked)
  }

  static func encode(_ reply: StreamReply, id: UInt64) -> [UInt8] {
    var proto = ProtoReply()
    proto.version = version
    proto.id = id
    proto.refusal = Bounds.clip(reply.refusal ?? "")
    proto.epoch = reply.epoch
    proto.sequence = reply.sequence
    proto.newestEvent = UInt64(clamping: reply.newestEvent)
    proto.instruments = reply.instruments.map(\.proto)
    proto.candles = reply.candles.map(\.proto)
    proto.tickers = reply.tickers.map { $0.ticker.proto(readAt: $0.readAt) }
    proto.events = reply.events.map(\.proto)
    return bytes(proto)
  }

  static func decodeReply(_ frame: [UInt8]) throws(WireError) -> (id: UInt64, reply: StreamReply) {
    let proto = try message(ProtoReply.self, frame)
    try check(proto.version)
    guard let newest = Int64(exactly: proto.newestEvent) else {
      throw .malformed("newest event \(proto.newestEvent)")
    }
    let reply = StreamReply(
      epoch: proto.epoch, sequence: proto.sequence, newestEvent: newest,
      instruments: try proto.instruments.checked(Instrument.init),
      candles: try proto.candles.checked(Candle.init),
      tickers: try proto.tickers.checked(TickerReading.init),
      events: try proto.events.checked(LedgerEvent.init),
      refusal: proto.refusal.isEmpty ? nil : try Bounds.text(proto.refusal))
    return (proto.id, reply)
  }
}
