import Testing

@testable import Domain

@Suite("names and ids")
struct IdentityTests {
  @Test func `a name is 1 to 96 printable bytes without a space`() {
    #expect(SignalID("a")?.text == "a")
    #expect(SignalID(String(repeating: "~", count: 96)) != nil)
    #expect(SignalID(String(repeating: "~", count: 97)) == nil)
    for text in ["", " ", "a b", "a\n", "\t", "ä", "a\u{7F}", "\0", "日"] {
      #expect(SetupID(text) == nil)
    }
  }

  @Test(arguments: seeds)
  func `every printable text is a name and stays as it was`(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<50 {
      let text = random.name()
      #expect(StrategyID(text)?.description == text)
    }
  }

  @Test(arguments: seeds)
  func `a client order id is a version 8 UUID with the mark of its installation`(seed: UInt64)
    throws
  {
    var random = SeededNumbers(seed: seed)
    let mark = try #require(InstallationMark(bytes: random.bytes(4)))
    let other = try #require(InstallationMark(bytes: mark.bytes.map { ~$0 }))
    let digest = random.bytes(32)
    let id = try #require(ClientOrderID(installation: mark, digest: digest))
    let characters = Array(id.text)
    #expect(characters.count == 36)
    for index in [8, 13, 18, 23] { #expect(characters[index] == "-") }
    #expect(characters.filter { $0 == "-" }.count == 4)
    #expect(characters[14] == "8")
    #expect("89ab".contains(characters[19]))
    #expect(id.text.allSatisfy { "0123456789abcdef-".contains($0) })
    #expect(id.isMarked(by: mark))
    #expect(!id.isMarked(by: other))
    #expect(ClientOrderID(id.text) == id)
    #expect(ClientOrderID(installation: mark, digest: digest) == id)
    // Bytes 4–15 of the digest are in it; each changes the id, but for the six fixed bits.
    for index in 4..<16 {
      var changed = digest
      changed[index] ^= 1
      #expect(ClientOrderID(installation: mark, digest: changed) != id)
    }
    #expect(ClientOrderID(installation: mark, digest: Array(digest.dropLast())) == nil)
  }

  @Test func `what is hashed for a client order id differs by intent, role and attempt`() throws {
    var all: Set<[UInt8]> = []
    var count = 0
    for byte in [0, 1, 0x2F, 0x65] as [UInt8] {
      let hash = try #require(IntentHash(bytes: Array(repeating: byte, count: 32)))
      for role in OrderRole.allCases {
        for attempt in 0..<25 {
          all.insert(
            ClientOrderID.canonicalBytes(intent: hash, role: role, rung: 0, attempt: attempt))
          count += 1
        }
      }
    }
    #expect(all.count == count)
  }

  @Test(arguments: seeds)
  func `an intent hash reads back from its text`(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    let hash = try #require(IntentHash(bytes: random.bytes(32)))
    #expect(hash.description.utf8.count == 64)
    #expect(IntentHash(hexadecimal: hash.description) == hash)
    #expect(IntentHash(hexadecimal: hash.description.uppercased()) == hash)
    #expect(IntentHash(hexadecimal: hash.description.dropLast(2)) == nil)
    #expect(IntentHash(hexadecimal: hash.description + "00") == nil)
    #expect(IntentHash(bytes: random.bytes(31)) == nil)
    #expect(InstallationMark(bytes: random.bytes(5)) == nil)
  }

  @Test func `of all bytes only the hexadecimal digits are digits`() {
    let allowed = Set("0123456789abcdefABCDEF".unicodeScalars.map(\.value))
    for value in UInt32(0)...0x2FF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = String(Character(scalar)) + "0"
      #expect((Hexadecimal.bytes(text) != nil) == allowed.contains(value), "U+\(value)")
    }
    #expect(Hexadecimal.bytes("") == [])
    #expect(Hexadecimal.bytes("abc") == nil)
    #expect(Hexadecimal.bytes("00fF") == [0, 255])
  }
}
