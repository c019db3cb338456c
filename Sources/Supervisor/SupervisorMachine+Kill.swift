import Daemon
import Glibc

// The kill switch: the latch stops the orders, here everybody is told and the owner of orders is
// made to know.
extension SupervisorMachine {
  /// The stage that sends orders.
  static let owner = "order-router"
  /// The stage that says on `tap control` what happens.
  static let teller = "tap-relay"
  private static let ownerPatience: Int64 = 50_000_000

  mutating func press(_ kill: PipelineStatus.Kill, _ now: Int64) {
    var kill = kill
    kill.waiting = children.filter { $0.state.isAlive }.map(\.name)
    self.kill = kill
    note(.warning, "KILL SWITCH", "supervisor", "\(kill.scope) by \(kill.by): \(kill.reason)")
    alert(.killSwitch, "supervisor", "KILL SWITCH \(kill.scope) by \(kill.by): \(kill.reason)")
    let order = ["by": kill.by, "reason": kill.reason, "scope": kill.scope]
    for stage in kill.waiting { effects.append(.send(stage, .kill(order))) }
    ownerAnswersBy = kill.waiting.contains(Self.owner) ? now + Self.ownerPatience : nil
  }

  /// The supervisor's own press: the latch first.
  mutating func halt(_ reason: String, _ now: Int64) {
    effects.append(.pressLatch(reason: reason))
    press(PipelineStatus.Kill(by: "supervisor", reason: reason, scope: "all"), now)
  }

  mutating func acknowledged(_ stage: String) {
    guard let place = kill?.waiting.firstIndex(of: stage) else { return }
    kill?.waiting.remove(at: place)
    kill?.acknowledged.append(stage)
    if stage == Self.owner { ownerAnswersBy = nil }
    note(.info, "kill acknowledged", stage, "")
    tell("kill acknowledged", stage)
  }

  mutating func endedBeforeItKnew(_ stage: String) {
    guard let place = kill?.waiting.firstIndex(of: stage) else { return }
    kill?.waiting.remove(at: place)
    kill?.ended.append(stage)
    if stage == Self.owner { ownerAnswersBy = nil }
    tell("kill not acknowledged, ended", stage)
  }

  /// A stopped process could send once more on waking: its successor reads the latch instead.
  mutating func expireKill(_ now: Int64) {
    guard let due = ownerAnswersBy, now >= due else { return }
    ownerAnswersBy = nil
    guard let index = index(Self.owner), children[index].state.isAlive else { return }
    note(.error, "silent for 50 ms after the kill, ending it", Self.owner, "")
    alert(.stageHung, Self.owner, "silent for 50 ms after the kill; it is ended")
    let isWanted = [.starting, .ready, .aborting].contains(children[index].state)
    if drainCode == nil, isWanted { children[index].comesBack = true }
    end(index, .killing, SIGKILL, now)
  }

  private mutating func tell(_ state: String, _ stage: String) {
    effects.append(.send(Self.teller, .note(state: state, detail: "stage=\(stage)")))
  }
}
