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

  @Test func `each kind it offers can be armed`() throws {
    let text = AdminScript.text
    for kind in FaultDocument.kinds { #expect(text.contains("\(kind): {"), "\(kind)") }
  }
}
