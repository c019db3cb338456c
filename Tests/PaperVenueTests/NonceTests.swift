import Testing

@testable import PaperVenue

@Suite("nonces")
struct NonceTests {
  @Test func `a nonce counts once, and late ones are tolerated for a while`() {
    var window = NonceWindow()
    #expect(window.refusal("1000", at: 0) == nil)
    #expect(window.refusal("1000", at: 1) == "nonceDuplicate")
    #expect(window.refusal("990", at: 2) == nil)
    #expect(window.refusal("990", at: 3) == "nonceDuplicate")
    // Ten seconds on, what is below the highest of then is too old.
    #expect(window.refusal("1001", at: 10_001) == nil)
    #expect(window.refusal("995", at: 10_002) == "nonceBelowThreshold")
    #expect(window.refusal("1000", at: 10_003) == "nonceDuplicate")
  }

  @Test func `the newest thousand are remembered and no more`() {
    var window = NonceWindow()
    for nonce in 1...(NonceWindow.most + 10) { #expect(window.refusal("\(nonce)", at: 0) == nil) }
    #expect(window.refusal("5", at: 0) == "nonceBelowThreshold")
    #expect(window.refusal("\(NonceWindow.most)", at: 0) == "nonceDuplicate")
    #expect(window.refusal("\(NonceWindow.most + 11)", at: 0) == nil)
  }

  @Test(arguments: ["", "x", "-1", "1.5", "0x10", "99999999999999999999", "1 ", "１"])
  func `a nonce is a whole number`(_ text: String) {
    var window = NonceWindow()
    #expect(window.refusal(text, at: 0) == "invalidArgument: nonce")
    #expect(window.refusal("1", at: 0) == nil)
  }
}
