import Daemon
import Domain
import Foundation

/// One line of a pipeline's log, as whoever wrote it meant it.
struct LogLine: Equatable {
  let text: String
  /// Nil for a line that is none of ours, such as what a library says before it ends the process.
  let process: String?
  let level: LogLevel?
  let isFatal: Bool

  init(_ text: String) {
    self.text = text
    let object =
      text.hasPrefix("{")
      ? try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] : nil
    if let object {
      process = object["process"] as? String
      let word = object["level"] as? String ?? ""
      level = LogLevel(rawValue: word)
      isFatal = word == "fatal"
      return
    }
    if let fatal = text.range(of: ": fatal: ") {
      let name = String(text[..<fatal.lowerBound])
      process = Siblings.executables.contains(name) ? name : nil
      level = nil
      isFatal = process != nil
      return
    }
    // 2026-11-24T09:00:00.123Z order-router[123] INFO …
    let words = text.split(separator: " ", maxSplits: 3)
    guard words.count >= 3, ISO8601.milliseconds(words[0]) != nil,
      let bracket = words[1].firstIndex(of: "[")
    else {
      (process, level, isFatal) = (nil, nil, false)
      return
    }
    process = String(words[1][..<bracket])
    level = LogLevel(rawValue: words[2].lowercased())
    isFatal = false
  }

  /// The last words of a process in a log of JSON, as they stand in one of text.
  var fatalText: String? {
    guard isFatal, let process,
      let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
      let message = object["message"] as? String
    else { return nil }
    return "\(process): fatal: \(message)"
  }

  /// As one JSON object: the line itself when it is one.
  var json: String {
    if text.hasPrefix("{"), process != nil { return text }
    var object: [String: Any] = ["line": text]
    object["process"] = process
    object["level"] = isFatal ? "fatal" : level?.rawValue
    return JSONText.line(object)
  }
}

/// Which lines are wanted.
struct LogFilter {
  let stage: String?
  let level: LogLevel

  /// What follows a line of ours without a head of its own belongs to it.
  private var lastPassed = false

  init(stage: String?, level: LogLevel) {
    self.stage = stage
    self.level = level
  }

  mutating func passes(_ line: LogLine) -> Bool {
    guard line.process != nil else { return lastPassed || (stage == nil && level == .debug) }
    let isLoud = line.isFatal || (line.level.map { $0 >= level } ?? true)
    lastPassed = isLoud && (stage == nil || line.process == stage)
    return lastPassed
  }
}
