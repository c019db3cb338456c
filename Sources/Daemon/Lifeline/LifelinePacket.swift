/// One packet between the supervisor and a stage, a JSON object.
///
///     supervisor → stage   welcome (first), drain, stop
///     stage → supervisor   ready, heartbeat, drained
package struct LifelinePacket: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Sendable {
    case welcome, drain, stop, ready, heartbeat, drained
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
}
