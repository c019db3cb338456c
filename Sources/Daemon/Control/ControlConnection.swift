import CLinux
import Glibc

/// One accepted connection of a control socket: a line in, a line out, again.
///
/// Bounds: one question under way, `longestQuestion` bytes of input, `longestReply` of output, and
/// `patience` for a peer that neither finishes its line nor reads its reply.
final class ControlConnection {
  static let patience: Int64 = 5_000_000_000

  let descriptor: Int32
  let peer: String
  private(set) var isClosed = false
  private var input: [UInt8] = []
  private var output: ArraySlice<UInt8> = []
  private var isAwaitingAnswer = false
  private var hasInputEnded = false
  private var lastProgress: Int64

  init(_ descriptor: Int32, now: Int64) {
    self.descriptor = descriptor
    peer = Self.peer(of: descriptor)
    lastProgress = now
  }

  deinit { close() }

  /// The kernel's word, which a process cannot choose.
  private static func peer(of descriptor: Int32) -> String {
    var peer = il_peer()
    guard il_peer_credentials(descriptor, &peer) == 0 else { return "nobody known" }
    let name = getpwuid(peer.uid)?.pointee.pw_name.map { String(cString: $0) } ?? "unnamed"
    return "\(name) (uid \(peer.uid), pid \(peer.pid))"
  }

  /// Whether input is wanted; a poll on one that is not would spin.
  var wantsInput: Bool { !isAwaitingAnswer && !hasInputEnded }

  /// Whether there is something to do that no readable descriptor will announce.
  var needsTurn: Bool {
    !output.isEmpty || (!isAwaitingAnswer && input.contains(UInt8(ascii: "\n")))
  }

  /// Reads and writes what is possible now; the next question when one is complete.
  func service(now: Int64) -> ControlQuery? {
    flush(now)
    guard !isClosed, !isAwaitingAnswer else { return nil }
    if !hasInputEnded { hasInputEnded = !read(now) }
    if let query = nextQuestion() { return query }
    if !needsTurn && (hasInputEnded || now - lastProgress > Self.patience) { close() }
    return nil
  }

  func reply(_ reply: ControlLine.Reply) {
    guard !isClosed else { return }
    isAwaitingAnswer = false
    output.append(contentsOf: ControlLine.encode(reply))
    flush(Clock.machineNanoseconds())
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    Glibc.close(descriptor)
  }

  private func flush(_ now: Int64) {
    while !isClosed, !output.isEmpty {
      guard let count = UnixSocket.send(descriptor, output) else { return close() }
      if count == 0 {
        if now - lastProgress > Self.patience { close() }
        return
      }
      output = output.dropFirst(count)
      lastProgress = now
    }
  }

  /// Whether the peer may still send more.
  private func read(_ now: Int64) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    while input.count <= ControlLine.longestQuestion {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count == 0 { return false }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      input.append(contentsOf: buffer.prefix(count))
      lastProgress = now
    }
    return true
  }

  private func nextQuestion() -> ControlQuery? {
    guard let end = input.firstIndex(of: UInt8(ascii: "\n")) else {
      if input.count > ControlLine.longestQuestion {
        reply(.refusal("a line is longer than \(ControlLine.longestQuestion) bytes"))
        close()
      }
      return nil
    }
    let line = input[..<end]
    defer { input.removeSubrange(...end) }
    guard let question = JSONLine.decode(ControlLine.Question.self, line) else {
      reply(.refusal("not a question: {\"verb\":\"…\",\"arguments\":{…}} is expected"))
      return nil
    }
    isAwaitingAnswer = true
    return ControlQuery(
      verb: question.verb, arguments: question.arguments ?? [:], connection: self)
  }
}
