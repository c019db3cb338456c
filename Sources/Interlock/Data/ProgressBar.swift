import Daemon
import Glibc

/// How far long work has come, drawn on standard error when that is a terminal.
final class ProgressBar {
  private static let width = 30

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let count: Int
  private var shown = ""

  init(of count: Int) {
    self.count = count
  }

  func show(_ name: String, index: Int, fraction: Double) {
    guard isTerminal else { return }
    let line = Self.line(name, index: index, of: count, fraction: fraction)
    guard line != shown else { return }
    shown = line
    Output.write("\r\(line)\u{1B}[K", to: STDERR_FILENO)
  }

  /// `[#########---------------------]  31 % 2/5 name`.
  static func line(_ name: String, index: Int, of count: Int, fraction: Double) -> String {
    let done = min(1, max(0, (Double(index) + min(1, max(0, fraction))) / Double(max(1, count))))
    let filled = Int(done * Double(width))
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    let percent = String(Int(done * 100))
    let pad = String(repeating: " ", count: max(0, 3 - percent.count))
    return "[\(bar)] \(pad)\(percent) % \(index + 1)/\(count) \(name.prefix(40))"
  }

  func clear() {
    guard isTerminal, !shown.isEmpty else { return }
    shown = ""
    Output.write("\r\u{1B}[K", to: STDERR_FILENO)
  }
}
