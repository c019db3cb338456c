import Foundation
import Testing

@testable import Daemon

/// The log as JSON, and texts that no log shows.
@Suite("log as JSON, and secrets")
struct LogFormatTests {
  private func object(_ line: String) throws -> [String: Any] {
    #expect(line.hasSuffix("}\n") && line.split(whereSeparator: \.isNewline).count == 1, "\(line)")
    return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func `one object a line, with the fields beside what every line has`() throws {
    let line = Log.object(
      "order-router", "info", "order sent", ["id": "7f", "level": "x"],
      milliseconds: 1_764_000_000_042, pid: 7)
    let fields = try object(line)
    #expect(fields["time"] as? String == "2025-11-24T16:00:00.042Z")
    #expect(fields["process"] as? String == "order-router" && fields["pid"] as? Int == 7)
    #expect(fields["level"] as? String == "info" && fields["message"] as? String == "order sent")
    #expect(fields["id"] as? String == "7f" && fields["level_"] as? String == "x")
  }

  @Test(arguments: ["a\nb", "a\"b\\", "a\u{1B}[2Jb", "a\u{2028}b", "a\u{0}b", "ä€🙂"])
  func `whatever a peer sends comes back as it was`(_ text: String) throws {
    let line = Log.object("p", "info", text, ["field": text], milliseconds: 0, pid: 1)
    let fields = try object(line)
    #expect(fields["field"] as? String == text && fields["message"] as? String == text)
    #expect(!line.unicodeScalars.dropLast().contains { $0.value < 0x20 })
  }

  @Test func `no description of a secret shows it`() throws {
    struct Holder { let secret: Secret }
    let secret = Secret("swordfish")
    var texts = [
      "\(secret)", String(reflecting: secret), String(describing: Holder(secret: secret)),
    ]
    var dumped = ""
    dump(Holder(secret: secret), to: &dumped)
    texts += [dumped, "\([secret])", "\(Optional(secret) as Any)", "\(Mirror(reflecting: secret))"]
    for text in texts { #expect(!text.contains("swordfish"), "\(text)") }
    #expect(secret.exposed == "swordfish")
  }

  @Test func `an error about a file of secrets names the line, not what stands there`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("key=k\nswordfish\n", to: "secrets")
    chmod(path, 0o600)
    do throws(Fatal) {
      _ = try Credentials.read(from: path)
      Issue.record("it was taken")
    } catch {
      #expect(error.message.contains("line 2") && !error.message.contains("swordfish"))
    }
  }
}
