import Daemon
import Glibc

/// A text that is shown again and again: in its place on a terminal, else below the last one.
struct WatchView {
  let intervalMilliseconds: Int64
  let count: Int

  /// Until Ctrl-C, `count` looks, or nobody reads any more.
  func run(first: String, _ look: () -> String) throws(Fatal) {
    let signals = try SignalDescriptor()
    var text = first
    for number in 1...count {
      guard show(text, isFirst: number == 1) else { return }
      if number == count { return }
      let end = Clock.machineNanoseconds() + intervalMilliseconds * 1_000_000
      while true {
        let left = (end - Clock.machineNanoseconds() + 999_999) / 1_000_000
        guard left > 0 else { break }
        var item = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&item, 1, Int32(clamping: left))
        if signals.receive().contains(where: { $0 == SIGINT || $0 == SIGTERM }) { return }
      }
      text = look()
    }
  }

  private func show(_ text: String, isFirst: Bool) -> Bool {
    guard isatty(STDOUT_FILENO) == 1 else {
      return text.withCString { puts($0) } >= 0 && fflush(nil) == 0
    }
    // Home, then each line with the rest of it cleared, then what is below.
    let body = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "\($0)\u{1B}[K\n" }.joined()
    Output.write((isFirst ? "\u{1B}[2J" : "") + "\u{1B}[H\(body)\u{1B}[J", to: STDOUT_FILENO)
    return true
  }
}
