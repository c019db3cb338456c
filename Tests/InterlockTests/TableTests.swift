import Foundation
import Testing

@testable import Interlock

@Suite("tables")
struct TableTests {
  @Test func `a cell says yes and no, numbers as they are, objects as JSON`() throws {
    let text = #"{"a":true,"b":false,"c":1,"d":0,"e":"x","f":{"g":1}}"#
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let cells = ["a", "b", "c", "d", "e", "f"].compactMap { object[$0].map(Table.cell) }
    #expect(cells == ["yes", "no", "1", "0", "x", #"{"g":1}"#])
  }

  @Test func `columns line up`() {
    #expect(Table.text(["a", "bb"], [["xxx", "y"]]) == "A    BB\nxxx  y")
  }
}
