import Daemon
import Foundation
import Testing

@testable import PaperVenue

@Suite("the admin page", .serialized)
struct AdminPageTests {
  @Test func `it is one document that loads nothing from elsewhere`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let answer = try venue.admin("/")
    #expect(answer.status == 200)
    #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
    let policy = answer.headers["content-security-policy"] ?? ""
    #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
    for word in ["http://", "https://", "src=", "href=", "@import", "url("] {
      #expect(!answer.text.contains(word), "\(word)")
    }
    // Texts of the venue's never become markup.
    for word in ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("] {
      #expect(!answer.text.contains(word), "\(word)")
    }
    #expect(try venue.connect().ask("GET", "/").status == 404)
  }

  @Test func `a request in another machine's name is refused`() async throws {
    let venue = try VenueProcess()
    try await venue.start()
    let port = try VenueProcess.port(venue.address?.admin)
    func status(_ host: String) throws -> Int {
      let connection = try HTTPConnection(port: port)
      try connection.write("GET /faults HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      return try connection.read().status
    }
    for host in ["evil.example", "127.evil.example:80", "192.168.0.1", "", ":80"] {
      #expect(try status(host) == 403, "\(host)")
    }
    for host in ["localhost", "127.0.0.1", "127.0.0.1:8081", "localhost:8081"] {
      #expect(try status(host) == 200, "\(host)")
    }
  }

  @Test func `each kind it offers can be armed`() throws {
    let text = AdminScript.text
    for kind in FaultDocument.kinds { #expect(text.contains("\(kind): {"), "\(kind)") }
  }
}
