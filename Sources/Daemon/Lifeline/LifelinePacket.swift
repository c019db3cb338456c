/// One packet between the supervisor and a stage, a JSON object.
///
///     supervisor → stage   welcome (first), drain, stop, kill, note, alert
///     stage → supervisor   ready, heartbeat, drained, killed, alert, alerted
package struct LifelinePacket: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Sendable {
    case welcome, drain, stop, ready, heartbeat, drained
    /// The kill switch was pressed; the latch says more. Answered by `killed`.
    case kill, killed
    /// A word for `tap control`, told to the tap relay alone.
    case note
    /// A word for people: from a stage its `text`, to the alerter the whole alert.
    case alert
    /// The alerter has taken care of the alert `id`.
    case alerted
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

  package static func alert(_ alert: Alert) -> Self {
    var packet = LifelinePacket(.alert)
    packet.status = alert.fields
    return packet
  }

  /// What a stage wants people to be told.
  package static func alert(text: String) -> Self {
    var packet = LifelinePacket(.alert)
    packet.status = ["text": text]
    return packet
  }

  package static func alerted(_ id: String) -> Self {
    var packet = LifelinePacket(.alerted)
    packet.status = ["id": id]
    return packet
  }
}
