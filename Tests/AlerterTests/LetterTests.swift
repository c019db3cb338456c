import Daemon
import Foundation
import Testing

@testable import Alerter

/// What is posted, and that no description of it shows where to.
@Suite("letters")
struct LetterTests {
  private static let alert = Alert(
    id: "7", event: .breaker, stage: "risk-gate", text: "say \"no\" to {event}", milliseconds: 0)
  private static let sender = Letter.Sender(profile: "live", account: "main", host: "box")

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `a webhook gets every field`() throws {
    let letter = Letter.webhook(Secret("http://x/y"), Self.alert, Self.sender, body: nil)
    let fields = try object(letter.body)
    #expect(fields["event"] as? String == "breaker" && fields["stage"] as? String == "risk-gate")
    #expect(fields["time"] as? String == "1970-01-01T00:00:00.000Z")
    #expect(
      fields["text"] as? String == "interlock live main@box: risk-gate: say \"no\" to {event}")
  }

  @Test func `a body of one's own is filled once and stays JSON`() throws {
    let body = #"{"content": "{text} ({stage}, {unknown})", "{": "{id"}"#
    let letter = Letter.webhook(Secret("http://x/y"), Self.alert, Self.sender, body: body)
    let fields = try object(letter.body)
    #expect(
      fields["content"] as? String
        == "interlock live main@box: risk-gate: say \"no\" to {event} (risk-gate, {unknown})")
    #expect(fields["{"] as? String == "{id")
  }

  @Test func `telegram gets chat, text and whether it is silent; the token is in the path alone`()
    throws
  {
    let address = Addresses.Telegram(token: Secret("12:ab"), chat: Secret("-100"))
    let letter = Letter.telegram(
      address, Self.alert, Self.sender, base: "https://t", isSilent: true)
    #expect(letter.url.exposed == "https://t/bot12:ab/sendMessage")
    let fields = try object(letter.body)
    #expect(fields["chat_id"] as? String == "-100")
    #expect(fields["disable_notification"] as? Bool == true)
    var dumped = "\(letter) \(address) \(String(reflecting: address))"
    dump(letter, to: &dumped)
    dump(address, to: &dumped)
    #expect(!dumped.contains("12:ab") && !dumped.contains("-100\")"), "\(dumped)")
  }
}
