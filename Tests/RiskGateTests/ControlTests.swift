import Domain
import Testing

@testable import RiskGate

/// The list of controls drives these: a control that is added without a probe fails here.
@Suite("controls")
struct ControlTests {
  @Test func `the list and the identities are the same, in order, with names of their own`() {
    #expect(Control.all.map(\.id) == ControlID.allCases)
    #expect(Set(Control.all.map(\.name)).count == Control.all.count)
    #expect(Control.all.count < RiskCheck.most)
  }

  @Test func `the base scene passes, live and after a restart`() {
    #expect(Scene().reasons(replayed: false) == [])
    #expect(Scene().reasons(replayed: true) == [])
    #expect(Scene().objections() == [])
  }

  /// A view in which everything passes but this one, which reads `value`.
  private func view(_ control: Control, _ reading: RiskView.Reading) -> RiskView {
    var view = RiskView(Sample.limits.numbers)
    for id in ControlID.allCases { view[id] = .notApplicable }
    view[control.id] = reading
    return view
  }

  @Test(arguments: ControlID.allCases)
  func `one below its bound, at it, one above it`(_ id: ControlID) {
    let control = Control.all[id.rawValue]
    let bound = control.bound(Sample.limits.numbers)
    let passes = [Int64(-1), 0, 1].map { delta in
      view(control, .value(bound + delta)).objections.isEmpty
    }
    switch control.sense {
    case .atMost: #expect(passes == [true, true, false])
    case .below: #expect(passes == [true, false, false])
    case .atLeast: #expect(passes == [false, true, true])
    }
  }

  @Test(arguments: ControlID.allCases)
  func `what is not known does not pass, and no number is too large to judge`(_ id: ControlID) {
    let control = Control.all[id.rawValue]
    #expect(view(control, .unknown).objections == [id])
    #expect(view(control, .notApplicable).objections.isEmpty)
    for extreme in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
      let objections = view(control, .value(extreme)).objections
      #expect(objections.isEmpty || objections == [id])
    }
  }

  @Test(arguments: ControlID.allCases)
  func `a control says no in its own scene, with its code, live and after a restart`(
    _ id: ControlID
  ) throws {
    let control = Control.all[id.rawValue]
    guard !ControlProbes.formed.contains(id) else { return }
    let spoil = try #require(ControlProbes.spoil(id), "\(id) has no probe")
    var scene = Scene()
    spoil(&scene)
    #expect(scene.objections().contains(id))
    let live = scene.reasons(replayed: false)
    #expect(live.contains(control.code), "\(live)")
    #expect(scene.reasons(replayed: true) == live)
  }

  @Test(arguments: Array(ControlProbes.starve.keys))
  func `without what it needs a control denies`(_ id: ControlID) throws {
    let starve = try #require(ControlProbes.starve[id])
    var scene = Scene()
    starve(&scene)
    #expect(scene.view[id] == .unknown)
    #expect(scene.objections().contains(id))
    #expect(scene.reasons(replayed: false).contains(Control.all[id.rawValue].code))
    #expect(scene.reasons(replayed: true).contains(Control.all[id.rawValue].code))
  }

  /// Scenes in which, taken together, every control measures something that is not nothing.
  private static let rich: [Scene] = {
    var tight = Scene()
    tight.signal = Sample.signal(worst: 200_500, profit: 206_000, setup: "ob-1")
    tight.readings = [
      Sample.reading(at: -100, bid: 199_990, ask: 200_010, index: 199_900, time: 70_000),
      Sample.reading("PF_ETHUSD", at: -200),
    ]
    tight.earlier = [Sample.reading(mark: 199_000, at: -1000, time: 69_000)]
    tight.accountAge = 300
    tight.account = Sample.account(available: 90_000)
    tight.dayStart = 101_000
    tight.peak = 102_000
    tight.bodies = [Scene.position(lots: 100), Scene.position("PF_XBTUSD", lots: 3)]
    tight.limits[.instrumentNotional] = 100_000_000_000
    var wide = tight
    wide.signal = Sample.signal(worst: 200_500, profit: 206_000, decided: 80_000)
    var proxy = wide
    proxy.withoutTiers()
    proxy.readings[0] = Sample.reading(at: 7)
    return [tight, wide, proxy]
  }()

  private static let limited = Control.all.compactMap { control -> ControlID? in
    guard case .limit = control.bound else { return nil }
    return control.id
  }

  @Test(arguments: limited)
  func `through the whole gate the limit itself is the edge`(_ id: ControlID) throws {
    let control = Control.all[id.rawValue]
    guard case .limit(let key) = control.bound else { return }
    let scene = try #require(
      Self.rich.first { if case .value(let value) = $0.view[id] { value != 0 } else { false } },
      "no scene measures \(id)")
    guard case .value(let value) = scene.view[id] else { return }
    let objects = [Int64(-1), 0, 1].map { delta in
      var moved = scene
      moved.limits[key] = value + delta
      // Sizing may have kept to the limit: then what it formed is within it.
      if ControlProbes.formed.contains(id) || id == .notional {
        guard case .value(let formed) = moved.view[id] else { return false }
        return formed > moved.limits[key]
      }
      return moved.objections().contains(id)
    }
    switch control.sense {
    case _ where ControlProbes.formed.contains(id) || id == .notional:
      #expect(objects == [false, false, false])
    case .atMost: #expect(objects == [true, false, false])
    case .below: #expect(objects == [true, true, false])
    case .atLeast: #expect(objects == [false, false, true])
    }
  }

  @Test func `every code of the controls is provoked`() {
    var provoked: Set<DenialReason> = []
    for id in ControlID.allCases {
      guard let spoil = ControlProbes.spoil(id) else { continue }
      var scene = Scene()
      spoil(&scene)
      provoked.formUnion(scene.reasons(replayed: false))
    }
    let codes = Set(Control.all.filter { !ControlProbes.formed.contains($0.id) }.map(\.code))
    #expect(codes.subtracting(provoked) == [])
  }
}
