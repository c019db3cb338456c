import Domain
import Testing

@testable import Archive

@Suite("a file of funding rates")
struct FundingFileTests {
  let folder: MarketFolder

  init() throws { folder = try MarketFolder() }

  private func reason(_ text: String) throws -> ArchiveError.Reason {
    let path = try folder.write("a_BTCUSDT_funding8h.csv", text)
    return try MarketFolder.error { try FundingFile.load(path) }.reason
  }

  @Test func `is read as it stands`() throws {
    let path = try folder.write(
      "a_BTCUSDT_funding8h.csv",
      "ts,funding_rate\n1735689600000,0.0001\n1735718400003,-6.12e-06\n")
    let file = try FundingFile.load(path)
    #expect(file.rates.map(\.milliseconds) == [1_735_689_600_000, 1_735_718_400_003])
    #expect(file.rates.map(\.rate.description) == ["0.0001", "-0.00000612"])
  }

  @Test func `each way in which it can be wrong has its reason`() throws {
    let head = "ts,funding_rate\n"
    #expect(try reason("") == .empty)
    #expect(try reason(head) == .empty)
    #expect(try reason("ts,rate\n1735689600000,0.1\n") == .header)
    #expect(try reason(head + "1735689600000,0.1,2\n") == .notANumber)
    #expect(try reason(head + "1735689600000,much\n") == .notANumber)
    #expect(try reason(head + "1735689600000,1.5\n") == .notANumber)
    #expect(try reason(head + "1735689600,0.1\n") == .notANumber)
    #expect(try reason(head + "1735689600000,0.1\n1735689600000,0.1\n") == .duplicate)
    #expect(try reason(head + "1735689600001,0.1\n1735689600000,0.1\n") == .unsorted)
    #expect(try reason(head + "1735689600000,0.1\n17357184") == .torn)
    let error = try MarketFolder.error { try FundingFile.load(folder.path + "/none.csv") }
    #expect(error.reason == .missing)
  }
}
