import Domain

// GET openpositions: flat symbols are absent, so an empty list is an answer.

extension RequestEncoder {
  var openPositions: Endpoint { .read("openpositions") }
}

extension AnswerReader {
  mutating func openPositions(_ body: JSONValue) throws(MalformedAnswer) -> [Position] {
    try known(body["openPositions"], "openPositions").map {
      entry, instrument throws(MalformedAnswer) in
      let lots = try quantity(entry["size"], instrument, "size").lots
      switch entry["side"].text {
      case "long": return Position(instrument: instrument.id, signedLots: lots)
      case "short": return Position(instrument: instrument.id, signedLots: -lots)
      default: throw MalformedAnswer("no or bad side of a position in \(instrument.id)")
      }
    }
  }
}
