/// One packet between the supervisor and a stage, a JSON object.
///
///     supervisor → stage   welcome (first), drain, stop, kill, note
///     stage → supervisor   ready, heartbeat, drained, killed
package struct LifelinePacket: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Sendable {
    case welcome, drain, stop, ready, heartbeat, drained
    /// The kill switch was pressed; the latch says more. Answered by `killed`.
    case kill, killed
    /// A word for `tap control`, told to the tap relay alone.
    case note
  }

  package var type: Kind
  package var generation: UInt64?
  /// Hexadecimal.
  package var token: String?
  package var build: String?
  package var status: [String: String]?

  package init(_ type: Kind) {
    self.type = type
  }

  package static func welcome(generation: UInt64, token: String, build: String) -> Self {
    var packet = LifelinePacket(.welcome)
    packet.generation = generation
    packet.token = token
    packet.build = build
    return packet
  }

  package static func heartbeat(_ status: [String: String]) -> Self {
    var packet = LifelinePacket(.heartbeat)
    packet.status = status
    return packet
  }

  /// The kill switch was pressed: `by`, `reason` and `scope`.
  package static func kill(_ order: [String: String]) -> Self {
    var packet = LifelinePacket(.kill)
    packet.status = order
    return packet
  }

  package static func note(state: String, detail: String) -> Self {
    var packet = LifelinePacket(.note)
    packet.status = ["state": state, "detail": detail]
    return packet
  }
}
