import Domain

// GET openpositions: flat symbols are absent, so an empty list is an answer.

extension AnswerReader {
  /// One net position an instrument; a second one could not be told apart from it.
  mutating func openPositions(_ body: JSONValue) throws(MalformedAnswer) -> [Position] {
    var positions: [Position] = []
    for (entry, instrument) in try known(body["openPositions"], "openPositions") {
      guard !positions.contains(where: { $0.instrument == instrument.id }) else {
        throw MalformedAnswer("two positions in \(instrument.id)")
      }
      let lots = try quantity(entry["size"], instrument, "size").lots
      let sign = try sign(entry["side"], instrument)
      positions.append(Position(instrument: instrument.id, signedLots: sign * lots))
    }
    return positions
  }

  private func sign(_ side: JSONValue, _ instrument: Instrument) throws(MalformedAnswer) -> Int64 {
    switch side.text {
    case "long": 1
    case "short": -1
    default: throw MalformedAnswer("no or bad side of a position in \(instrument.id)")
    }
  }
}
