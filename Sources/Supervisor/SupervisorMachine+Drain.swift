import Daemon
import Glibc

// How the pipeline leaves: one stage after the other, from the springs to the sea.
extension SupervisorMachine {
  mutating func drain(_ code: ExitCode, _ now: Int64) {
    guard drainCode == nil else { return }
    drainCode = code
    effects.append(.announceStopping)
    note(.notice, "stopping, springs to sea", "supervisor", "")
    // What waits for its back-off does not come back into a pipeline that is leaving.
    for index in children.indices where !children[index].state.isAlive {
      children[index].enter(.stopped, now: now)
    }
    continueDrain(now)
  }

  mutating func continueDrain(_ now: Int64) {
    for index in children.indices.reversed() {
      guard children[index].state.isAlive else {
        children[index].enter(.stopped, now: now)
        continue
      }
      if [.starting, .ready].contains(children[index].state) { askToLeave(index, now) }
      return
    }
    effects.append(.end(drainCode ?? .done))
  }

  mutating func askToLeave(_ index: Int, _ now: Int64) {
    children[index].enter(.draining, now: now)
    effects.append(.tell(children[index].name, .drain))
  }

  mutating func stopNow(_ now: Int64) {
    drain(.done, now)
    for index in children.indices
    where [.starting, .ready, .draining].contains(children[index].state) {
      end(index, .terminating, SIGTERM, now)
    }
  }
}
