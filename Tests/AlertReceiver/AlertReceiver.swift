import Foundation

/// A real HTTP server on loopback that takes alerts, and fails as it is told.
///
/// `tell` queues answers, one a request: a status, `429 1` (with `Retry-After: 1`), `drop` (the
/// connection is closed without an answer) or `hang` (no answer at all). Without one it is 200.
package final class AlertReceiver {
  package struct Received: Sendable {
    package let path: String
    package let body: String
    package let fields: [String: String]
  }

  private static let program = #"""
    import http.server, json, os, sys, threading, time
    folder = sys.argv[1]
    lock = threading.Lock()
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            with lock:
                with open(folder + "/received", "a") as file:
                    file.write(json.dumps({"path": self.path, "body": body, "at": time.time(),
                        "type": self.headers["Content-Type"]}) + "\n")
                answers = []
                if os.path.exists(folder + "/answers"):
                    answers = open(folder + "/answers").read().split("\n")
                    answers = [line for line in answers if line]
                answer = answers.pop(0) if answers else "200"
                if answers or os.path.exists(folder + "/answers"):
                    with open(folder + "/answers.new", "w") as file:
                        file.write("\n".join(answers))
                    os.rename(folder + "/answers.new", folder + "/answers")
            if answer == "hang":
                time.sleep(600)
            if answer in ("hang", "drop"):
                self.close_connection = True
                return
            words = answer.split()
            self.send_response(int(words[0]))
            if len(words) > 1:
                self.send_header("Retry-After", words[1])
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
        def log_message(self, *words):
            pass
    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True
    server = Server(("127.0.0.1", 0), Handler)
    with open(folder + "/port.new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(folder + "/port.new", folder + "/port")
    server.serve_forever()
    """#

  private let folder = "/tmp/il-\(UUID().uuidString.prefix(8).lowercased())"
  private let process = Process()
  package let port: Int

  struct Late: Error {}

  /// Listens on a port of its own when it returns.
  package init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.program, folder]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let end = ContinuousClock.now + .seconds(60)
    var found: Int?
    while found == nil {
      guard ContinuousClock.now < end, process.isRunning else {
        process.terminate()
        throw Late()
      }
      found = (try? String(contentsOfFile: "\(folder)/port", encoding: .utf8)).flatMap { Int($0) }
      if found == nil { usleep(20_000) }
    }
    port = found ?? 0
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    try? FileManager.default.removeItem(atPath: folder)
  }

  package var url: String { "http://127.0.0.1:\(port)" }

  /// What the next requests are answered with.
  package func tell(_ answers: [String]) throws {
    let text = answers.joined(separator: "\n")
    try text.write(toFile: "\(folder)/answers", atomically: true, encoding: .utf8)
  }

  /// Every request so far, also those that were failed.
  package var received: [Received] {
    let text = (try? String(contentsOfFile: "\(folder)/received", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      guard let row = Self.object(String(line)), let path = row["path"] as? String,
        let body = row["body"] as? String
      else { return nil }
      let fields = (Self.object(body) ?? [:]).compactMapValues { $0 as? String }
      return Received(path: path, body: body, fields: fields)
    }
  }

  /// Requests about `event`.
  package func received(_ event: String) -> [Received] {
    received.filter { $0.fields["event"] == event }
  }

  private static func object(_ text: String) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
  }
}
