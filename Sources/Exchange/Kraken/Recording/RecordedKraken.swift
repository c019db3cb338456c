package import Domain

/// Kraken Futures out of a recording: the same decoders and the same session, without a network.
///
/// Invariants: 1. What is decided here is decided from the records alone. 2. Records are taken in
/// the turns in which they were taken when they were recorded.
package struct RecordedKraken {
  /// What one turn of the owner's loop heard.
  package struct Turn {
    package var reports: [VenueReport] = []
    /// Answers to what was not asked, and records that are none: the recording is another one's.
    package var strange: [String] = []
    fileprivate var events: [SocketEvent] = []
  }

  private var session: SocketMachine
  private var wishes: [SocketEvent] = []
  private var catalogue = InstrumentCatalogue()
  private var asked: [UInt64: VenueRequest] = [:]

  /// `seed` is the one of the stream that was recorded.
  package init(seed: UInt64) {
    session = SocketMachine(seed: seed)
  }

  package mutating func start(_ request: VenueRequest, tag: UInt64) { asked[tag] = request }

  package mutating func learn(_ instruments: [Instrument]) { session.learn(instruments) }

  package mutating func subscribe(_ channel: StreamChannel, _ instruments: [InstrumentID]) {
    wishes.append(.subscribe(channel, instruments))
  }

  /// Reads the records of one turn; its answers come before its stream.
  package mutating func read(_ records: [InboundRecord], now: MachineTime) -> Turn {
    var turn = Turn()
    for record in records {
      if let event = record.socketEvent {
        turn.events.append(event)
      } else if let (tag, result) = record.answer, let request = asked.removeValue(forKey: tag) {
        turn.reports.append(report(request, result, tag, now))
      } else {
        turn.strange.append(record.channel)
      }
    }
    return turn
  }

  /// The stream's part of a turn, after what its answers brought about.
  package mutating func hear(
    _ turn: Turn, isDrained: Bool, now: MachineTime, wall: WallTime
  ) -> [StreamEvent] {
    let events = turn.events + wishes + (isDrained ? [.tick] : [])
    wishes = []
    var told: [StreamEvent] = []
    for event in events {
      for effect in session.step(event, now: SocketTime(machine: now, wall: wall)) {
        if case .tell(let event) = effect { told.append(event) }
      }
    }
    return told
  }

  private mutating func report(
    _ request: VenueRequest, _ result: TransportResult, _ tag: UInt64, _ now: MachineTime
  ) -> VenueReport {
    let judge = AnswerJudge(request, result, instruments: catalogue.instruments)
    if case .answer(.instruments(let list)) = judge.outcome {
      catalogue.learn(list, spellings: judge.spellings, readAt: now)
    }
    return VenueReport(tag: tag, outcome: judge.outcome, serverTime: judge.serverTime)
  }
}
