import Foundation
import Testing

@testable import Daemon

@Suite("log")
struct LogTests {
  private func line(
    _ message: String, _ fields: KeyValuePairs<String, String> = [:], _ level: LogLevel = .info
  ) -> String {
    Log.line("order-router", level, message, fields, milliseconds: 1_764_000_000_042, pid: 7)
  }

  @Test func `a line has its time to the millisecond, its process, its level and its fields`() {
    #expect(
      line("order sent", ["id": "7f", "instrument": "PF_XBTUSD"])
        == "2025-11-24T16:00:00.042Z order-router[7] INFO order sent id=7f instrument=PF_XBTUSD\n")
    #expect(line("x", [:], .warning).contains(" WARNING x"))
  }

  @Test func `a value that could be read as two is quoted`() {
    #expect(line("m", ["a": "x y"]).hasSuffix(" a=\"x y\"\n"))
    #expect(line("m", ["a": ""]).hasSuffix(" a=\"\"\n"))
    #expect(line("m", ["a": "x=y"]).hasSuffix(" a=\"x=y\"\n"))
    #expect(line("m", ["a": "say \"no\" \\ now"]).hasSuffix(" a=\"say \\\"no\\\" \\\\ now\"\n"))
  }

  @Test(arguments: ["a\nb", "a\r\nb", "a\u{2028}b", "a\u{85}b"])
  func `nothing a peer sends makes a second line`(_ text: String) {
    for line in [line(text), line("m", ["field": text])] {
      #expect(line.split(whereSeparator: \.isNewline).count == 1, "\(line)")
      #expect(line.hasSuffix("\n"))
    }
  }

  @Test(arguments: ["a\u{1B}[2Jb", "a\u{0}b", "a\u{7}b", "a\u{9B}31mb"])
  func `nothing a peer sends reaches the terminal as a control character`(_ text: String) {
    for line in [line(text), line("m", ["field": text])] {
      let controls = line.unicodeScalars.dropLast().filter {
        $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
      }
      #expect(controls.isEmpty, "\(line.debugDescription)")
    }
  }

  @Test func `levels below the minimum are not written, fatal always is`() throws {
    let folder = try ScratchFolder()
    let descriptor = open(folder.file("log"), O_CREAT | O_WRONLY, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let log = Log("x", minimum: .warning, descriptor: descriptor)
    log.info("quiet")
    log.warning("loud")
    log.fatal(Fatal(.tryAgain, "unable to go on: tired: sleep"))
    let text = try folder.read("log")
    #expect(!text.contains("quiet") && text.contains("loud"))
    #expect(text.hasSuffix("x: fatal: unable to go on: tired: sleep\n"))
  }
}
