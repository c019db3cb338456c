import Domain

// What is asked of the venue: the challenge, and everything that is wanted and not there.
extension SocketMachine {
  mutating func subscribe(_ channel: StreamChannel, _ instruments: [InstrumentID]) {
    let wanted =
      channel.isOfAccount
      ? [StreamID(channel)] : instruments.map { StreamID(channel, $0) }
    for id in wanted where trackers[id] == nil { trackers[id] = StreamTracker() }
    if phase == .live { checkAt = MachineTime(nanoseconds: 0) }
  }

  mutating func unsubscribe(_ channel: StreamChannel, _ instruments: [InstrumentID]) {
    let streams =
      channel.isOfAccount
      ? [StreamID(channel)] : instruments.map { StreamID(channel, $0) }
    for id in streams {
      guard let tracker = trackers.removeValue(forKey: id) else { continue }
      if let instrument = id.instrument, channel == .book { books[instrument] = nil }
      guard phase == .live, tracker.isSubscribed else { continue }
      send("unsubscribe", channel, id.instrument.map { [$0] } ?? [])
    }
  }

  /// Asks for what is due, as much as a second has room for.
  mutating func ask(_ now: MachineTime) {
    checkAt = MachineTime(nanoseconds: .max)
    for (id, tracker) in trackers where tracker.phase == .asked {
      let limit = tracker.since.advanced(byMilliseconds: patience.answer)
      guard limit <= now else {
        checkAt = min(checkAt, limit)
        continue
      }
      questions.removeAll { $0.streams.contains(id) }
      trackers[id]?.move(.late, now: now)
      trackers[id]?.putOff(now: now, patience: patience, wasLiveSince: nil)
    }
    signIn(now)
    for channel in StreamChannel.allCases where !channel.isOfAccount || isSignedIn {
      ask(channel, now)
    }
  }

  private mutating func ask(_ channel: StreamChannel, _ now: MachineTime) {
    let wanted = trackers.filter { $0.key.channel == channel && $0.value.phase == .wanted }
    let due = wanted.filter { $0.value.notBefore <= now }.sorted {
      ($0.key.instrument?.symbol ?? "") < ($1.key.instrument?.symbol ?? "")
    }
    for (_, tracker) in wanted where now < tracker.notBefore {
      checkAt = min(checkAt, tracker.notBefore)
    }
    let alone = due.filter(\.value.isAlone).map { [$0.key] }
    let together = due.filter { !$0.value.isAlone }.map(\.key)
    let batches =
      alone
      + stride(from: 0, to: together.count, by: Self.productsPerRequest).map {
        Array(together[$0..<min($0 + Self.productsPerRequest, together.count)])
      }
    for batch in batches {
      guard mayAsk(now) else {
        checkAt = min(checkAt, now.advanced(byMilliseconds: 100))
        return
      }
      for id in batch { trackers[id]?.move(.asked, now: now) }
      checkAt = min(checkAt, now.advanced(byMilliseconds: patience.answer))
      let instruments = batch.compactMap(\.instrument)
      questions.append(SocketQuestion(channel: channel, instruments: instruments))
      send("subscribe", channel, instruments)
    }
  }

  private mutating func mayAsk(_ now: MachineTime) -> Bool {
    let second = now.nanoseconds / 1_000_000_000
    if asked.second != second { asked = (second, 0) }
    guard asked.count < Self.requestsPerSecond else { return false }
    asked.count += 1
    return true
  }

  private mutating func send(
    _ event: String, _ channel: StreamChannel, _ instruments: [InstrumentID]
  ) {
    var text = #"{"event":"\#(event)","feed":"\#(channel.feed)""#
    if !instruments.isEmpty {
      let list = instruments.map { "\"\($0.symbol)\"" }.joined(separator: ",")
      text += #","product_ids":[\#(list)]"#
    }
    if channel.isOfAccount, let signer, case .signed(let challenge, let signature) = login.phase {
      text += #","api_key":"\#(signer.key)","original_challenge":"\#(challenge)""#
      text += #","signed_challenge":"\#(signature)""#
    }
    effects.append(.send(connection, text + "}"))
  }

  // MARK: - Signing in

  private var isSignedIn: Bool {
    if case .signed = login.phase { true } else { false }
  }

  private mutating func signIn(_ now: MachineTime) {
    guard let signer, trackers.keys.contains(where: \.channel.isOfAccount) else { return }
    if case .asked(let since) = login.phase {
      let limit = since.advanced(byMilliseconds: patience.answer)
      guard limit <= now else {
        checkAt = min(checkAt, limit)
        return
      }
      login.phase = .out
    }
    guard case .out = login.phase else { return }
    guard login.notBefore <= now else {
      checkAt = min(checkAt, login.notBefore)
      return
    }
    guard mayAsk(now) else {
      checkAt = min(checkAt, now.advanced(byMilliseconds: 100))
      return
    }
    login.phase = .asked(since: now)
    checkAt = min(checkAt, now.advanced(byMilliseconds: patience.answer))
    effects.append(
      .send(connection, #"{"event":"challenge","api_key":"\#(signer.key)"}"#))
  }

  /// The venue's challenge; one that could not stand in a message is none.
  mutating func challenged(_ challenge: String, _ now: MachineTime) {
    guard let signer, case .asked = login.phase,
      challenge.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
    else { return }
    login.phase = .signed(
      challenge: challenge, signature: signer.signature(of: challenge))
    checkAt = now
  }

  /// Signs in anew after a while; public streams go on.
  mutating func turnedAway(_ word: String, _ now: MachineTime) {
    login.phase = .out
    login.failures += 1
    login.notBefore = now.advanced(
      byMilliseconds: min(patience.refusal, 1000 << Int64(min(login.failures, 6))))
    questions.removeAll(where: \.channel.isOfAccount)
    for id in trackers.keys where id.channel.isOfAccount && trackers[id]?.phase == .asked {
      trackers[id]?.move(.refused, now: now)
      trackers[id]?.notBefore = login.notBefore
    }
    checkAt = min(checkAt, login.notBefore)
    effects.append(.tell(.refused(nil, word: word)))
  }

  /// The oldest question under way got an error: of several products each is asked for alone.
  mutating func refused(_ word: String, _ now: MachineTime) {
    guard !questions.isEmpty else {
      effects.append(.tell(.refused(nil, word: word)))
      return
    }
    let question = questions.removeFirst()
    for id in question.streams where trackers[id]?.phase == .asked {
      trackers[id]?.move(.refused, now: now)
      if question.streams.count > 1 {
        trackers[id]?.isAlone = true
        trackers[id]?.notBefore = now
      } else {
        trackers[id]?.notBefore = now.advanced(byMilliseconds: patience.refusal)
        effects.append(.tell(.refused(id, word: word)))
      }
    }
    checkAt = now
  }

  /// One product of a question is answered.
  mutating func confirmed(_ id: StreamID) {
    trackers[id]?.isSubscribed = true
    guard let index = questions.firstIndex(where: { $0.streams.contains(id) }) else { return }
    questions[index].instruments.removeAll { $0 == id.instrument }
    if questions[index].instruments.isEmpty { questions.remove(at: index) }
  }
}
