import Testing

@testable import Domain

@Suite("the venue's clock")
struct VenueClockTests {
  /// Venue time minus machine time in these tests, in milliseconds.
  private static let offset: Int64 = 1_795_000_000_000

  private func machine(_ milliseconds: Int64) -> MachineTime {
    MachineTime(nanoseconds: milliseconds * 1_000_000)
  }

  private func wall(_ milliseconds: Int64) -> WallTime {
    WallTime(milliseconds: Self.offset + milliseconds)
  }

  /// An exchange that begins at `sent` and is stamped after `out`, back after `back` more.
  private func reading(
    _ sent: Int64, out: Int64 = 20, back: Int64 = 20, ahead: Int64 = 0, resolution: Int64 = 1
  ) -> VenueClock.Reading {
    let stamp = (Self.offset + sent + out + ahead) / resolution * resolution
    return VenueClock.Reading(
      sent: machine(sent), received: machine(sent + out + back),
      stamp: WallTime(milliseconds: stamp), resolutionMilliseconds: resolution)
  }

  private func clock(_ readings: [VenueClock.Reading]) -> VenueClock {
    var clock = VenueClock()
    for reading in readings { clock.hear(reading) }
    return clock
  }

  @Test func `nothing is known before three readings`() {
    let two = clock([reading(0), reading(1000)])
    #expect(two.now(at: machine(2000)) == nil)
    #expect(two.processBefore(lifetimeMilliseconds: 5000, at: machine(2000)) == nil)
    #expect(!two.isTrusted(wall: wall(2000), at: machine(2000)))
    #expect(!two.hasPassed(WallTime(milliseconds: 0), at: machine(2000)))
    let three = clock([reading(0), reading(1000), reading(2000)])
    #expect(three.isTrusted(wall: wall(3000), at: machine(3000)))
  }

  @Test func `the venue's clock is between the bounds, whatever the way there takes`() throws {
    // Ways that are slow out, slow back, and one that is quick.
    let clock = clock([
      reading(0, out: 400, back: 5), reading(1000, out: 3, back: 600), reading(3000, out: 9),
    ])
    let at = machine(4000)
    let earliest = try #require(clock.earliest(at: at))
    let latest = try #require(clock.latest(at: at))
    #expect(earliest <= wall(4000) && wall(4000) <= latest)
    // The quick ends of the three together leave far less than the worst of them alone.
    #expect(latest.milliseconds - earliest.milliseconds <= 13)
    let now = try #require(clock.now(at: at))
    #expect(
      clock.processBefore(lifetimeMilliseconds: 5000, at: at)
        == now.advanced(byMilliseconds: 5000))
  }

  @Test func `a deadline is over only when the slowest clock that is possible is past it`() {
    let clock = clock([reading(0), reading(1000), reading(2000)])
    #expect(!clock.hasPassed(wall(3000), at: machine(3000)))
    #expect(!clock.hasPassed(wall(3000), at: machine(3010)))
    #expect(clock.hasPassed(wall(3000), at: machine(3050)))
  }

  @Test(arguments: [-86_400_000, -3000, 3000, 86_400_000] as [Int64])
  func `one wrong stamp moves nothing`(_ ahead: Int64) throws {
    var clock = clock((0..<5).map { reading($0 * 1000) })
    let before = try #require(clock.now(at: machine(6000)))
    clock.hear(reading(5000, ahead: ahead))
    let after = try #require(clock.now(at: machine(6000)))
    #expect(abs(after.milliseconds - before.milliseconds) <= 1)
    #expect(clock.isTrusted(wall: wall(6000), at: machine(6000)))
    clock.hear(reading(6000))
    #expect(clock.isTrusted(wall: wall(7000), at: machine(7000)))
  }

  @Test func `a step is doubted at once and followed when three readings agree`() throws {
    var clock = clock((0..<20).map { reading($0 * 1000) })
    clock.hear(reading(20_000, ahead: 3000))
    clock.hear(reading(21_000, ahead: 3000))
    #expect(
      clock.objection(wall: wall(22_000), at: machine(22_000))
        == "venue clock: the last 2 readings contradict it")
    clock.hear(reading(22_000, ahead: 3000))
    let now = try #require(clock.now(at: machine(23_000)))
    #expect(abs(now.milliseconds - wall(26_000).milliseconds) <= 21)
    #expect(clock.isTrusted(wall: wall(23_000), at: machine(23_000)))
    #expect(clock.skewMilliseconds(wall: wall(23_000), at: machine(23_000)) ?? 0 > 2900)
  }

  @Test func `stamps that contradict each other are never trusted`() {
    var clock = clock((0..<3).map { reading($0 * 1000) })
    for index in 0..<20 {
      clock.hear(reading(3000 + Int64(index) * 1000, ahead: index % 2 == 0 ? 60_000 : -60_000))
      if index > 0 {
        let at = 4000 + Int64(index) * 1000
        #expect(!clock.isTrusted(wall: wall(at), at: machine(at)))
      }
    }
  }

  @Test func `a venue that is too far from our own clock stops entries`() {
    for ahead in [-6000, 6000] as [Int64] {
      let clock = clock((0..<3).map { reading($0 * 1000, ahead: ahead) })
      let objection = clock.objection(wall: wall(3000), at: machine(3000))
      #expect(objection?.hasSuffix("ms from ours") == true)
    }
  }

  @Test func `age widens what is known and then ends it`() throws {
    let clock = clock((0..<3).map { reading($0 * 1000) })
    let fresh = try #require(clock.uncertaintyMilliseconds(at: machine(3000)))
    let old = try #require(clock.uncertaintyMilliseconds(at: machine(1_003_000)))
    #expect(old - fresh == 100)
    #expect(clock.isTrusted(wall: wall(62_000), at: machine(62_000)))
    #expect(!clock.isTrusted(wall: wall(62_100), at: machine(62_100)))
  }

  @Test func `slow ways make it too uncertain`() {
    let clock = clock((0..<3).map { reading($0 * 10_000, out: 1500, back: 1500) })
    #expect(
      clock.objection(wall: wall(24_000), at: machine(24_000))
        == "venue clock: known to 1502 ms only")
  }

  @Test func `whole seconds bound it too, and sharper the more there are`() throws {
    let clock = clock((0..<16).map { reading($0 * 1057, resolution: 1000) })
    let at = machine(17_000)
    let earliest = try #require(clock.earliest(at: at))
    let latest = try #require(clock.latest(at: at))
    #expect(earliest <= wall(17_000) && wall(17_000) <= latest)
    #expect(latest.milliseconds - earliest.milliseconds < 500)
  }

  @Test func `readings that cannot be are left aside`() {
    let backwards = VenueClock.Reading(
      sent: machine(10), received: machine(5), stamp: wall(10))
    let ancient = VenueClock.Reading(
      sent: machine(10), received: machine(50), stamp: WallTime(milliseconds: -5))
    let distant = VenueClock.Reading(
      sent: machine(10), received: machine(50), stamp: WallTime(milliseconds: .max))
    #expect(clock([backwards, ancient, distant, backwards]) == VenueClock())
  }

  @Test func `a thousand seeded journeys never leave the bounds`() throws {
    var state: UInt64 = 7
    func dice(_ sides: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state >> 33) % sides)
    }
    var clock = VenueClock()
    var sent: Int64 = 0
    for index in 0..<1000 {
      let out = dice(300)
      let back = dice(300)
      // Every fifth stamp is wrong by up to a minute, either way.
      let ahead = index % 5 == 4 ? dice(120_000) - 60_000 : 0
      clock.hear(reading(sent, out: out, back: back, ahead: ahead))
      sent += out + back + dice(2000)
      guard let earliest = clock.earliest(at: machine(sent)),
        let latest = clock.latest(at: machine(sent))
      else {
        #expect(index < 2)
        continue
      }
      #expect(earliest <= wall(sent) && wall(sent) <= latest, "reading \(index)")
    }
  }
}
