import Daemon

// What an operator may ask of one stage.
extension SupervisorMachine {
  /// Why the stage cannot be restarted now, if it cannot.
  func refusalToRestart(_ stage: String) -> String? { refusal(stage) }

  /// Why the stage cannot be stopped now, if it cannot.
  func refusalToStop(_ stage: String) -> String? {
    if let refusal = refusal(stage) { return refusal }
    guard let index = index(stage), children[index].state == .stopped else { return nil }
    return "\(stage) is stopped already"
  }

  /// Why the stage cannot be started now, if it cannot.
  func refusalToStart(_ stage: String) -> String? {
    if let refusal = refusal(stage) { return refusal }
    guard let index = index(stage), children[index].state.isAlive, !children[index].isHeldDown
    else { return nil }
    return "\(stage) runs already: it is \(children[index].state.visible)"
  }

  private func refusal(_ stage: String) -> String? {
    guard let index = index(stage) else {
      return "no stage \(stage): one of \(children.map(\.name).joined(separator: ", "))"
    }
    if drainCode != nil { return "the pipeline is stopping" }
    if children[index].generation == 0 { return "\(stage) has not been started yet" }
    return nil
  }

  mutating func restart(_ stage: String, _ now: Int64) {
    guard refusalToRestart(stage) == nil, let index = index(stage) else { return }
    note(.notice, "restart asked for", stage, "")
    comeBack(index, now)
    if [.starting, .ready].contains(children[index].state), children[index].comesBack {
      askToLeave(index, now)
    }
  }

  mutating func startStage(_ stage: String, _ now: Int64) {
    guard refusalToStart(stage) == nil, let index = index(stage) else { return }
    note(.notice, "start asked for", stage, "")
    comeBack(index, now)
  }

  mutating func stopStage(_ stage: String, _ now: Int64) {
    guard refusalToStop(stage) == nil, let index = index(stage) else { return }
    note(.notice, "stop asked for", stage, "")
    children[index].comesBack = false
    children[index].isHeldDown = true
    switch children[index].state {
    case .starting, .ready: askToLeave(index, now)
    case .stopped, .backoff, .failed: children[index].enter(.stopped, now: now)
    case .draining, .terminating, .aborting, .killing: break
    }
    startNext(now)
  }

  /// Spawns a stage without a process; one that has one is followed by the next.
  private mutating func comeBack(_ index: Int, _ now: Int64) {
    children[index].isHeldDown = false
    guard children[index].state.isAlive else {
      children[index].policy = RestartPolicy()
      return spawn(index, now)
    }
    children[index].comesBack = true
  }
}
