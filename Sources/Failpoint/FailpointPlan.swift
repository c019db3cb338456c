/// One entry of a specification: which point does what, in which process, on which passing.
///
///     [STAGE/]POINT=ACTION[:MS][@HIT][#GENERATION]      several of them, separated by ;
///
/// Without STAGE every process does it, without @HIT on every passing, without #GENERATION in every
/// life: a point that kills at its third passing kills each restarted process there again.
package struct FailpointPlan: Hashable, Sendable, CustomStringConvertible {
  package let stage: String?
  package let point: FailpointName
  package let action: FailAction
  package let hit: UInt64?
  package let generation: UInt64?

  package var description: String {
    let place = (stage.map { "\($0)/" } ?? "") + point.rawValue
    let when = (hit.map { "@\($0)" } ?? "") + (generation.map { "#\($0)" } ?? "")
    return "\(place)=\(action)\(when)"
  }

  /// Every entry of `specification`, or the sentence that says which one is wrong and how.
  package static func parse(_ specification: String) throws(FailpointError) -> [FailpointPlan] {
    var plans: [FailpointPlan] = []
    for entry in specification.split(separator: ";") {
      let entry = entry.drop { $0 == " " }
      plans.append(try FailpointPlan(entry))
      guard plans.count <= mostPlans else {
        throw FailpointError("more than \(mostPlans) entries: give fewer")
      }
    }
    return plans
  }

  private static let mostPlans = 256

  private init(_ entry: Substring) throws(FailpointError) {
    func wrong(_ why: String) -> FailpointError { FailpointError("\(entry): \(why)") }
    let sides = entry.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2 else { throw wrong("give [STAGE/]POINT=ACTION[:MS][@HIT][#GENERATION]") }
    let place = sides[0].split(separator: "/", omittingEmptySubsequences: false)
    guard let name = place.last, place.count <= 2, let point = FailpointName(rawValue: String(name))
    else { throw wrong("no such point: docs/failpoints.md lists them") }
    var rest = sides[1]
    func number(after mark: Character) throws(FailpointError) -> UInt64? {
      guard let place = rest.lastIndex(of: mark) else { return nil }
      guard let number = UInt64(rest[rest.index(after: place)...]), number > 0 else {
        throw wrong("after \(mark) stands a whole number above 0")
      }
      rest = rest[..<place]
      return number
    }
    generation = try number(after: "#")
    hit = try number(after: "@")
    guard let action = FailAction(rest) else {
      throw wrong("one of kill, abort, stop[:MS], delay[:MS], eio, enospc; MS is 1 to 600000")
    }
    if case .fail = action, !point.takesErrors {
      throw wrong("nothing there can fail: give kill, abort, stop or delay")
    }
    self.point = point
    self.action = action
    stage = place.count == 2 ? String(place[0]) : nil
  }
}

/// A specification that makes no sense, and why.
package struct FailpointError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
