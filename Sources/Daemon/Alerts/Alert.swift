/// One message for people, the same on every try.
package struct Alert: Codable, Equatable, Sendable {
  static let longestText = 1000

  /// Tells repetitions of one alert apart from another alert.
  package var id: String
  package var event: AlertEvent
  /// Who it is about.
  package var stage: String
  package var text: String
  /// Wall time of what happened, in milliseconds since 1970.
  package var milliseconds: Int64

  package init(id: String, event: AlertEvent, stage: String, text: String, milliseconds: Int64) {
    self.id = id
    self.event = event
    self.stage = stage
    self.text = String(text.prefix(Self.longestText))
    self.milliseconds = milliseconds
  }

  /// As the fields of a lifeline's packet.
  var fields: [String: String] {
    [
      "id": id, "event": event.rawValue, "stage": stage, "text": text, "at": "\(milliseconds)",
    ]
  }

  /// Nil when `fields` are not an alert's.
  init?(fields: [String: String]) {
    guard let id = fields["id"], let event = fields["event"].flatMap({ AlertEvent(rawValue: $0) }),
      let stage = fields["stage"], let text = fields["text"],
      let milliseconds = fields["at"].flatMap({ Int64($0) })
    else { return nil }
    self.init(id: id, event: event, stage: stage, text: text, milliseconds: milliseconds)
  }
}
