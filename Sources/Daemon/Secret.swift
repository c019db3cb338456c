/// A text that no log line, error, description or dump shows.
///
/// Whoever needs the text itself says so with `exposed`, which a reader of the code can look for.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The text itself, for the one place that sends or signs it.
  package let exposed: String

  package init(_ text: String) {
    exposed = text
  }

  package var description: String { "(secret)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
