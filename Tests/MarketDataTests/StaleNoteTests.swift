import Domain
import Testing
import Wire

@testable import MarketData

@Suite("stale streams")
struct StaleNoteTests {
  @Test func `what is stale is told again every second until it is fresh`() {
    var drive = FeedDrive()
    drive.turn()
    drive.market.refuses = true
    for _ in 0..<50 { drive.turn() }
    let stale = drive.notes.filter { $0.state == "stale" }
    #expect(stale.count >= 4, "\(stale)")
    #expect(stale.allSatisfy { $0.detail == "PF_XBTUSD tickers" })
    #expect(drive.alerts.count { $0.hasPrefix("stale") } == 1, "an operator hears it once")
    drive.market.refuses = false
    for _ in 0..<40 { drive.turn(market: 200) }
    #expect(drive.notes.last { $0.state == "fresh" || $0.state == "stale" }?.state == "fresh")
  }

  @Test func `two feeds that hear the same tell the same in the same order`() {
    var drives = (0..<2).map { _ in
      var market = ScriptedMarket()
      market.ids = (0..<40).map { "PF_C\($0)USD" }
      return FeedDrive(market) { $0.usesStream = true }
    }
    for index in drives.indices {
      drives[index].turn()
      drives[index].step(.stream([.connected]))
      for _ in 0..<200 { drives[index].turn(market: 5000) }
    }
    #expect(drives[0].published == drives[1].published)
    #expect(drives[0].candles.count > 40)
  }
}
