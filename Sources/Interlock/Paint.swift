import Daemon
import Glibc

/// Colours, on a terminal that wants them and nowhere else.
struct Paint {
  let isOn: Bool

  /// On when standard output is a terminal, TERM is not `dumb` and NO_COLOR is empty.
  static var standardOutput: Paint {
    let hasWord = { (name: String) in getenv(name).map { $0.pointee != 0 } ?? false }
    let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
    return Paint(isOn: isatty(STDOUT_FILENO) == 1 && !isDumb && !hasWord("NO_COLOR"))
  }

  func red(_ text: String) -> String { colour(31, text) }
  func yellow(_ text: String) -> String { colour(33, text) }
  func green(_ text: String) -> String { colour(32, text) }
  func faint(_ text: String) -> String { colour(2, text) }

  func state(_ state: CheckRow.State, _ text: String) -> String {
    switch state {
    case .ok: green(text)
    case .warn: yellow(text)
    case .fail: red(text)
    case .skip: faint(text)
    }
  }

  private func colour(_ number: Int, _ text: String) -> String {
    isOn ? "\u{1B}[\(number)m\(text)\u{1B}[0m" : text
  }
}
