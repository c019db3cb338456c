import Domain
import Wire

/// The lines of one tap: what was asked for, in words, until enough was shown.
final class TapOutput {
  private var formatter: TapFormatter
  private let wanted: Set<String>
  private let sink: TapSink
  private var left: Int
  private var isRead = true

  init(_ formatter: TapFormatter, wanted: Set<String>, sink: TapSink, count: Int?) {
    self.formatter = formatter
    self.wanted = wanted
    self.sink = sink
    left = count ?? .max
  }

  /// Whether more is wanted: the count is not reached, and somebody still reads.
  var isOpen: Bool { left > 0 && isRead }

  func learn(_ instruments: [Instrument]) { formatter.learn(instruments) }

  /// Adds the line for what was heard, if it was asked for; whether more is wanted.
  @discardableResult
  func show(_ reception: Subscriber.Reception) throws -> Bool {
    guard isOpen, let line = formatter.line(reception, wanted: wanted) else { return isOpen }
    sink.add(line.text)
    if line.counts { left -= 1 }
    if sink.isFull { try flush() }
    return isOpen
  }

  /// Writes what waits; a reader that is gone (a closed pipe) ends the tap, nothing else.
  func flush() throws { isRead = try sink.flush() && isRead }
}
