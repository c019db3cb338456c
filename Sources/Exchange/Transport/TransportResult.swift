/// What became of one request on the wire.
enum TransportResult: Hashable, Sendable {
  /// This process knows that no byte of the request left.
  case notSent(why: String)
  /// The request may have left and no whole answer came back.
  case broken(why: String)
  case answered(status: Int, body: [UInt8], head: AnswerHead = AnswerHead())
}
