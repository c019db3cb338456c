import CLinux
import Glibc

/// Asks a process through its control socket.
package struct ControlClient: Sendable {
  private let path: String
  private let timeoutMilliseconds: Int64

  package init(socket path: String, timeoutMilliseconds: Int64 = 2000) {
    self.path = path
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  /// The JSON text the process answers with.
  ///
  /// Throws `notRunning` when nobody listens, `tryAgain` when no answer came in time, and `no`
  /// with the reason when the process refused.
  package func ask(_ verb: String, _ arguments: [String: String] = [:]) throws(Fatal) -> String {
    let deadline = Clock.machineNanoseconds() + timeoutMilliseconds * 1_000_000
    let question = try put(verb, arguments)
    return try answer(to: question, by: deadline)
  }

  /// Asks and does not wait; what was asked is heard even if nobody wants the answer.
  package func put(
    _ verb: String, _ arguments: [String: String] = [:]
  ) throws(Fatal) -> AskedQuestion {
    let deadline = Clock.machineNanoseconds() + timeoutMilliseconds * 1_000_000
    let descriptor = UnixSocket.stream()
    guard descriptor >= 0 else {
      throw Fatal(.tryAgain, "unable to make a socket: \(SystemError.text()): close some files")
    }
    let question = AskedQuestion(verb: verb, descriptor)
    try connect(descriptor, deadline)
    let line = ControlLine.Question(verb: verb, arguments: arguments)
    try send(descriptor, JSONLine.encode(line) + [UInt8(ascii: "\n")], deadline)
    return question
  }

  /// Waits for what was asked by `put`, at most as long as this client waits.
  package func answer(to question: AskedQuestion) throws(Fatal) -> String {
    try answer(
      to: question, by: Clock.machineNanoseconds() + timeoutMilliseconds * 1_000_000)
  }

  private func answer(to question: AskedQuestion, by deadline: Int64) throws(Fatal) -> String {
    let line = try receive(question.descriptor, deadline)
    switch ControlLine.decode(line[...]) {
    case .result(let json): return json
    case .refusal(let reason): throw Fatal(.no, "unable to \(question.verb): \(reason)")
    case nil: throw Fatal(.internalError, "unable to read the answer of \(path): not one of ours")
    }
  }

  private func connect(_ descriptor: Int32, _ deadline: Int64) throws(Fatal) {
    while !UnixSocket.connect(descriptor, path) {
      switch errno {
      case EINTR: continue
      // The backlog of a process that does not serve its socket is full.
      case EAGAIN:
        guard Clock.machineNanoseconds() < deadline else { throw silent }
        poll(nil, 0, 10)
      default:
        throw Fatal(
          .notRunning, "unable to reach \(path): \(SystemError.text()): is the pipeline running?")
      }
    }
  }

  private func send(_ descriptor: Int32, _ bytes: [UInt8], _ deadline: Int64) throws(Fatal) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let count = UnixSocket.send(descriptor, rest) else { throw gone }
      rest = rest.dropFirst(count)
      if count == 0 { try wait(descriptor, Int16(POLLOUT), deadline) }
    }
  }

  private func receive(_ descriptor: Int32, _ deadline: Int64) throws(Fatal) -> [UInt8] {
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while line.count <= ControlLine.longestReply + 64 {
      try wait(descriptor, Int16(POLLIN), deadline)
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count == 0 { throw gone }
      if count < 0 {
        guard errno == EAGAIN || errno == EINTR else { throw gone }
        continue
      }
      line.append(contentsOf: buffer.prefix(count))
      if line.last == UInt8(ascii: "\n") { return line.dropLast() }
    }
    throw Fatal(.internalError, "unable to read the answer of \(path): it is too long")
  }

  private func wait(_ descriptor: Int32, _ events: Int16, _ deadline: Int64) throws(Fatal) {
    while true {
      let left = (deadline - Clock.machineNanoseconds() + 999_999) / 1_000_000
      guard left > 0 else { throw silent }
      var item = pollfd(fd: descriptor, events: events, revents: 0)
      if poll(&item, 1, Int32(clamping: left)) > 0 { return }
    }
  }

  private var gone: Fatal {
    Fatal(.tryAgain, "unable to hear from \(path): the process ended meanwhile: try again")
  }

  private var silent: Fatal {
    Fatal(
      .tryAgain,
      "unable to hear from \(path): no answer in \(timeoutMilliseconds) ms: try again")
  }
}

/// A question under way; its connection closes with it.
package final class AskedQuestion {
  fileprivate let verb: String
  fileprivate let descriptor: Int32

  fileprivate init(verb: String, _ descriptor: Int32) {
    self.verb = verb
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
