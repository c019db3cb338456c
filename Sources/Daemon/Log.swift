import Glibc

/// How loud a line is.
package enum LogLevel: String, CaseIterable, Comparable, Sendable {
  case debug, info, notice, warning, error

  package static func < (left: Self, right: Self) -> Bool {
    left.order < right.order
  }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How a line of the log is written.
package enum LogFormat: String, CaseIterable, Sendable {
  case text, json
}

/// The log of one process: one line an event, on standard error, for people and for journald.
///
///     2026-11-24T09:00:00.123Z order-router[123] INFO order sent id=7f… instrument=PF_XBTUSD
///
/// or, with `--log-format json`, the same as one JSON object a line:
///
///     {"time":"2026-…","process":"order-router","pid":123,"level":"info","message":"order sent",…}
///
/// Each line is one write(2), so that lines of several processes on one terminal never mix.
package struct Log: Sendable {
  let process: String
  private let minimum: LogLevel
  private let descriptor: Int32
  let format: LogFormat

  package init(
    _ process: String, minimum: LogLevel = .info, format: LogFormat = .text, descriptor: Int32 = 2
  ) {
    self.process = process
    self.minimum = minimum
    self.format = format
    self.descriptor = descriptor
  }

  package init(_ process: String, _ options: StageOptions) {
    self.init(process, minimum: options.logLevel, format: options.logFormat)
  }

  package func debug(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    write(.debug, message, fields)
  }

  package func info(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    write(.info, message, fields)
  }

  package func notice(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    write(.notice, message, fields)
  }

  package func warning(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    write(.warning, message, fields)
  }

  package func error(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
    write(.error, message, fields)
  }

  /// The last line of a process that cannot go on: `order-router: fatal: unable to …`.
  package func fatal(_ failure: Fatal) {
    guard format == .json else {
      return Output.write("\(process): fatal: \(failure.message)\n", to: descriptor)
    }
    let line = Self.object(
      process, "fatal", failure.message, ["code": "\(failure.code.rawValue)"],
      milliseconds: Clock.wallMilliseconds(), pid: getpid())
    Output.write(line, to: descriptor)
  }

  private func write(
    _ level: LogLevel, _ message: String, _ fields: KeyValuePairs<String, String>
  ) {
    guard level >= minimum else { return }
    let time = Clock.wallMilliseconds()
    let line =
      format == .text
      ? Self.line(process, level, message, fields, milliseconds: time, pid: getpid())
      : Self.object(process, level.rawValue, message, fields, milliseconds: time, pid: getpid())
    Output.write(line, to: descriptor)
  }

  static func line(
    _ process: String, _ level: LogLevel, _ message: String,
    _ fields: KeyValuePairs<String, String>, milliseconds: Int64, pid: Int32
  ) -> String {
    var line = "\(timestamp(milliseconds)) \(process)[\(pid)] "
    line += "\(level.rawValue.uppercased()) \(oneLine(message))"
    for (key, value) in fields {
      line += " \(key)=\(quoted(value))"
    }
    return line + "\n"
  }

  /// One JSON object; a field that bears the name of one of ours is told with `_` behind it.
  static func object(
    _ process: String, _ level: String, _ message: String,
    _ fields: KeyValuePairs<String, String>, milliseconds: Int64, pid: Int32
  ) -> String {
    var line = "{\"time\":\"\(timestamp(milliseconds))\",\"process\":\(json(process))"
    line += ",\"pid\":\(pid),\"level\":\"\(level)\",\"message\":\(json(message))"
    for (key, value) in fields {
      let isOurs = ["time", "process", "pid", "level", "message"].contains(key)
      line += ",\(json(isOurs ? key + "_" : key)):\(json(value))"
    }
    return line + "}\n"
  }

  private static func json(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case _ where !isVisible(scalar):
        "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
          + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  /// `2026-11-24T09:00:00.123Z`.
  package static func timestamp(_ milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var date = tm()
    gmtime_r(&seconds, &date)
    func pad(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let day =
      "\(pad(Int64(date.tm_year) + 1900, 4))-\(pad(Int64(date.tm_mon) + 1, 2))"
      + "-\(pad(Int64(date.tm_mday), 2))"
    let time =
      "\(pad(Int64(date.tm_hour), 2)):\(pad(Int64(date.tm_min), 2)):\(pad(Int64(date.tm_sec), 2))"
    return "\(day)T\(time).\(pad(milliseconds % 1000, 3))Z"
  }

  private static func oneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isVisible($0) ? $0 : " " }))
  }

  /// Whether a scalar may stand in a line: no control, which a terminal would obey, no line end.
  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
      && !(0x2028...0x2029).contains(scalar.value)
  }

  private static func quoted(_ value: String) -> String {
    let plain = value.unicodeScalars.allSatisfy { scalar in
      isVisible(scalar) && scalar != " " && scalar != "\"" && scalar != "="
    }
    if plain && !value.isEmpty { return value }
    let escaped = value.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case _ where !isVisible(scalar): "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
