import Domain
import Testing

@testable import Exchange

@Suite("a session of the venue's stream")
struct SocketMachineTests {
  private var trades: StreamID { StreamID(.trades, SocketDrive.id) }
  private var book: StreamID { StreamID(.book, SocketDrive.id) }

  @Test func `it connects when something is wanted, and asks once it is connected`() {
    var drive = SocketDrive()
    drive.pass(1000)
    #expect(drive.take().isEmpty)
    drive.open()
    let effects = drive.take()
    #expect(effects.first == .connect(1))
    let sent = effects.compactMap { if case .send(1, let text) = $0 { text } else { nil } }
    #expect(
      sent == [
        #"{"event":"subscribe","feed":"heartbeat"}"#,
        #"{"event":"subscribe","feed":"trade","product_ids":["PF_XBTUSD"]}"#,
        #"{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#,
      ])
  }

  @Test func `nothing is told before the snapshot, and everything after it`() {
    var drive = SocketDrive()
    drive.open()
    drive.say(Frames.book(4, "buy", "34893", "5"))
    drive.say(Frames.trade(9))
    #expect(drive.told() == [.connected])
    drive.say(Frames.snapshot(5))
    drive.say(Frames.book(6, "buy", "34893", "5"))
    drive.say(Frames.trades(8...9))
    drive.say(Frames.trade(10))
    let told = drive.told()
    #expect(told.count == 7)
    #expect(told.first == .began(book, .fromNow))
    #expect(told.contains(.began(trades, .after(MarketTime(milliseconds: 1_612_266_317_527)))))
    #expect(drive.machine.books.values.first?.bestBid?.price.ticks == 34_893)
  }

  @Test func `a number that is left out is a gap, and nothing is told until the next snapshot`() {
    var drive = SocketDrive()
    drive.open()
    drive.say(Frames.snapshot(5))
    _ = drive.take()
    drive.say(Frames.book(7, "buy", "34893", "5"))
    drive.say(Frames.book(8, "buy", "34893", "6"))
    let effects = drive.take()
    #expect(effects.first == .tell(.gap(book, why: "7 follows 5")))
    #expect(drive.machine.books.isEmpty, "a book after a gap is not to be used")
    #expect(effects.count == 2, "it is asked for again, and the change after the gap is not told")
    drive.say(Frames.snapshot(9))
    #expect(drive.told().first == .began(book, .fromNow))
    #expect(drive.machine.books.count == 1)
  }

  @Test func `a repeated or late number changes nothing`() {
    var drive = SocketDrive()
    drive.open()
    drive.say(Frames.snapshot(5))
    drive.say(Frames.book(6, "buy", "34893", "5"))
    _ = drive.take()
    drive.say(Frames.book(6, "buy", "34893", "7"))
    drive.say(Frames.book(4, "sell", "34894", "7"))
    #expect(drive.told().isEmpty && drive.machine.repeated == 2)
  }

  @Test func `a snapshot that knows the last trade joins, whatever its numbers`() {
    var drive = SocketDrive()
    drive.open()
    drive.say(Frames.trades(1...5))
    drive.say(Frames.trade(9))
    _ = drive.take()
    // The venue counts from another number; the trade 5 is in it as 105.
    drive.say(Frames.trades(103...109) { "t\($0 - 100)" })
    let told = drive.told()
    #expect(told.first == .began(trades, .joined))
    let ids = told.compactMap { if case .trade(let trade) = $0 { trade.id.text } else { nil } }
    #expect(ids == ["t6", "t7", "t8", "t9"])
    drive.say(Frames.trades(300...303) { "u\($0)" })
    #expect(
      drive.told().first == .began(trades, .after(MarketTime(milliseconds: 1_612_266_317_819))))
  }

  @Test func `a silent connection is given up, and everything is asked for again`() {
    var drive = SocketDrive()
    drive.open()
    drive.say(Frames.snapshot(5))
    _ = drive.take()
    drive.pass(4900)
    #expect(drive.take().isEmpty)
    drive.pass(200)
    let effects = drive.take()
    #expect(effects.contains(.close(1)))
    #expect(effects.contains(.tell(.disconnected(why: "nothing heard for 5000 ms"))))
    #expect(effects.last == .connect(2) || drive.next(200) == [.connect(2)])
    // What an old connection still says is nobody's.
    drive.step(.message(1, Array(Frames.snapshot(6).utf8)))
    drive.step(.closed(1, why: "late"))
    #expect(drive.take().isEmpty)
    drive.step(.opened(2))
    #expect(drive.sent().count == 3)
  }

  @Test func `waits between connections grow to a bound and differ by seed`() {
    func waits(_ seed: UInt64) -> [Int64] {
      var drive = SocketDrive(seed: seed)
      drive.step(.subscribe(.trades, SocketDrive.instruments.map(\.id)))
      var waits: [Int64] = []
      for _ in 0..<12 {
        drive.step(.closed(drive.machine.connection, why: "refused"))
        let from = drive.now
        _ = drive.take()
        while drive.take().isEmpty { drive.pass(5, step: 5) }
        waits.append(drive.now - from)
      }
      return waits
    }
    let first = waits(1)
    #expect(first == waits(1) && first != waits(2))
    #expect(first[0] <= 105 && first.allSatisfy { $0 <= 10_005 })
    #expect(first.suffix(3).allSatisfy { $0 >= 4995 })
  }

  @Test func `a ping is sent every thirty seconds, and a pong is a sign of life`() {
    var drive = SocketDrive()
    drive.open([.trades])
    _ = drive.take()
    for _ in 0..<65 {
      drive.pass(1000)
      drive.step(.sign(1))
    }
    #expect(drive.take().count { $0 == .ping(1) } == 2)
  }

  @Test func `more than may wait ends the connection`() {
    var drive = SocketDrive()
    drive.open()
    _ = drive.take()
    drive.step(.flooded(1))
    #expect(drive.told() == [.disconnected(why: "more came than was taken")])
  }

  @Test func `of several products that are refused together each is asked for alone`() {
    var drive = SocketDrive()
    drive.step(.subscribe(.trades, SocketDrive.instruments.map(\.id)))
    drive.step(.opened(1))
    _ = drive.take()
    drive.say(#"{"event":"error","message":"Invalid product id"}"#)
    let sent = drive.sent()
    #expect(sent.count == SocketDrive.instruments.count && sent.count > 1)
    drive.say(#"{"event":"error","message":"Invalid product id"}"#)
    guard case .refused(let stream, _) = drive.told().first else {
      Issue.record("a product that is refused alone is told")
      return
    }
    #expect(stream?.channel == .trades)
  }

  @Test func `a clock that jumps a day ahead ends the connection, and all begins anew`() {
    var drive = SocketDrive()
    drive.open()
    drive.say(Frames.snapshot(5))
    _ = drive.take()
    drive.jump(86_400_000)
    drive.step(.tick)
    #expect(drive.take().contains(.close(1)))
    drive.pass(200)
    #expect(drive.take() == [.connect(2)])
  }

  @Test func `a clock of the venue that jumps makes nothing old and nothing new`() {
    var drive = SocketDrive()
    drive.open([.tickers])
    for day in [0, 1, -1, 0] as [Int64] {
      let time = drive.time.wall.milliseconds + day * 86_400_000
      drive.say(#"{"feed":"heartbeat","time":\#(time)}"#)
    }
    #expect(drive.machine.lag.milliseconds <= 86_400_000 && drive.machine.lag.milliseconds >= 0)
    #expect(drive.machine.malformed == 0)
    drive.say(#"{"feed":"heartbeat","time":9223372036854775807}"#)
    #expect(drive.machine.malformed == 1)
  }
}
