import Domain
import Testing

@testable import Exchange

@Suite("a session of an account's stream")
struct SocketAccountTests {
  private static let secret =
    "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"
  private static let challenge = "c100b894-1729-464d-ace1-52dbce11db42"
  private static let signature =
    "4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A=="

  private func signer() throws -> ChallengeSigner {
    ChallengeSigner(try #require(APICredentials(key: "k", base64Secret: Self.secret)))
  }

  private static let ask = #"{"event":"challenge","api_key":"k"}"#

  @Test func `a challenge is signed as the venue documents it`() throws {
    #expect(try signer().signature(of: Self.challenge) == Self.signature)
  }

  @Test func `signing in keeps no public stream waiting`() throws {
    var drive = SocketDrive(signer: try signer())
    drive.step(.subscribe(.fills, []))
    drive.open([.trades])
    let sent = drive.sent()
    #expect(sent.contains(Self.ask) && sent.contains { $0.contains(#""feed":"trade""#) })
    #expect(!sent.contains { $0.contains("fills") })
    drive.say(#"{"event":"challenge","message":"\#(Self.challenge)"}"#)
    let signed = try #require(drive.sent().first)
    #expect(signed.contains(#""original_challenge":"\#(Self.challenge)""#))
    #expect(signed.contains(#""signed_challenge":"\#(Self.signature)""#))
  }

  @Test func `a challenge that does not come is asked for again`() throws {
    var drive = SocketDrive(signer: try signer())
    drive.step(.subscribe(.fills, []))
    drive.step(.opened(1))
    #expect(drive.sent().contains(Self.ask))
    for _ in 0..<11 {
      drive.pass(1000)
      drive.step(.sign(1))
    }
    #expect(drive.sent() == [Self.ask])
  }

  @Test func `whoever is turned away signs in anew, after longer and longer waits`() throws {
    var drive = SocketDrive(signer: try signer())
    drive.step(.subscribe(.fills, []))
    drive.step(.opened(1))
    var times: [Int64] = []
    for _ in 0..<5 {
      drive.say(#"{"event":"challenge","message":"\#(Self.challenge)"}"#)
      drive.say(#"{"event":"alert","message":"Failed to subscribe to authenticated feed"}"#)
      let from = drive.now
      _ = drive.take()
      while !drive.sent().contains(Self.ask), drive.now - from < 100_000 {
        drive.pass(500)
        drive.step(.sign(1))
      }
      times.append(drive.now - from)
    }
    #expect(times == times.sorted() && times[0] <= 2500 && times[4] >= 30_000)
    #expect(drive.machine.phase == .live, "the connection goes on")
  }

  @Test func `after a reconnection an old challenge is not used`() throws {
    var drive = SocketDrive(signer: try signer())
    drive.step(.subscribe(.fills, []))
    drive.step(.opened(1))
    drive.say(#"{"event":"challenge","message":"\#(Self.challenge)"}"#)
    _ = drive.take()
    drive.step(.closed(1, why: "cut"))
    drive.pass(200)
    drive.step(.opened(2))
    let sent = drive.sent()
    #expect(sent.contains(Self.ask) && !sent.contains { $0.contains("fills") })
  }

  @Test func `a challenge that could not stand in a message is not signed`() throws {
    var drive = SocketDrive(signer: try signer())
    drive.step(.subscribe(.fills, []))
    drive.step(.opened(1))
    _ = drive.take()
    drive.say(#"{"event":"challenge","message":"a\"b"}"#)
    #expect(drive.sent().isEmpty)
  }

  @Test func `fills are told once each, and a number that is left out is a gap`() throws {
    var drive = SocketDrive(signer: try signer())
    drive.step(.subscribe(.fills, []))
    drive.step(.opened(1))
    drive.say(#"{"event":"challenge","message":"\#(Self.challenge)"}"#)
    func fill(_ number: Int) -> String {
      #"{"instrument":"PF_XBTUSD","time":1765185437003,"price":3162.0,"seq":\#(number),"buy":true,"#
        + #""qty":1,"remaining_order_qty":0.0,"order_id":"o","fill_id":"f\#(number)"}"#
    }
    drive.say(#"{"feed":"fills_snapshot","account":"a","fills":[\#(fill(3))]}"#)
    _ = drive.take()
    drive.say(#"{"feed":"fills","username":"a","fills":[\#(fill(4))]}"#)
    drive.say(#"{"feed":"fills","username":"a","fills":[\#(fill(4))]}"#)
    drive.say(#"{"feed":"fills","username":"a","fills":[\#(fill(6))]}"#)
    let told = drive.told()
    #expect(told.count == 2 && told.last == .gap(StreamID(.fills), why: "6 follows 4"))
  }
}
