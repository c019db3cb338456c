/// An answer that does not have the shape the venue documents.
struct MalformedAnswer: Error, Hashable, Sendable {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}

extension Optional {
  /// The value, or an error that names what the answer lacks.
  func required(_ what: @autoclosure () -> String) throws(MalformedAnswer) -> Wrapped {
    guard let self else { throw MalformedAnswer("no or bad \(what())") }
    return self
  }
}
