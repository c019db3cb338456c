import Foundation
import Testing

@testable import Ledger

@Suite("the text of an event")
struct EventJSONTests {
  @Test func `it is read back by any reader of JSON, whatever it holds`() throws {
    let hostile = (0..<0x80).map { String(UnicodeScalar(UInt8($0))) }.joined() + "é\u{2028}漢🜚"
    let fields: [String: Any] = [
      "text": hostile, hostile: "", "most": Int64.max, "least": Int64.min, "none": 0,
      "ladder": [Int64](), "rungs": [Int64.min, 0, Int64.max],
    ]
    let text = EventJSON.object(fields)
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let read = try #require(object as? NSDictionary)
    #expect(read == fields as NSDictionary)
  }

  @Test func `equal members give equal bytes, in the order of their keys`() {
    #expect(
      EventJSON.object(["b": 1, "a": "x/y", "a_b": [2, 3] as [Int64]])
        == #"{"a":"x/y","a_b":[2,3],"b":1}"#)
    #expect(EventJSON.object([:]) == "{}")
  }
}
