import Foundation
import Synchronization
import Testing

@testable import PaperVenue

/// A server of this process with an answer of the test's own.
struct LocalServer {
  let server = HTTPServer()
  let port: Int

  init(bounds: HTTPServer.Bounds = .init(), _ respond: @escaping Responder) throws {
    port = try server.listen(
      ListenAddress("127.0.0.1:0", flag: "--listen"), bounds: bounds, respond)
  }

  /// One that answers every request with its method, path and body.
  static func echo(bounds: HTTPServer.Bounds = .init()) throws -> LocalServer {
    try LocalServer(bounds: bounds) { request, reply in
      reply(
        VenueHTTPResponse(
          .members([
            "method": .text(request.method), "path": .text(request.path),
            "body": .text(request.body),
          ])))
    }
  }

  func connect() throws -> HTTPConnection { try HTTPConnection(port: port) }
}

/// Answers that a test gives when it likes.
final class HeldReplies: Sendable {
  typealias Reply = @Sendable (VenueHTTPResponse) -> Void

  private let held = Mutex<[(path: String, reply: Reply)]>([])

  func hold(_ request: VenueHTTPRequest, _ reply: @escaping Reply) {
    held.withLock { $0.append((request.path, reply)) }
  }

  var paths: [String] { held.withLock { $0.map(\.path) } }

  /// Takes the oldest reply, waiting for it.
  func take() async throws -> Reply {
    let end = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < end {
      if let first = held.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return first.reply }
      try await Task.sleep(for: .milliseconds(2))
    }
    throw HTTPConnection.Failure(description: "no request within ten seconds")
  }
}
