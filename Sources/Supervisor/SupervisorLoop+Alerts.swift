import Daemon

// Words for people, handed to the stage that tells them.
extension SupervisorLoop {
  private static let longestText = 500

  /// Whether this pipeline has somebody to tell.
  private var hasAlerter: Bool {
    machine.children.contains { $0.name == SupervisorMachine.alerter }
  }

  func raise(_ event: AlertEvent, _ stage: String, _ text: String) {
    guard hasAlerter else { return }
    let dropped = post.dropped
    let alert = post.add(event, stage, text, milliseconds: Clock.wallMilliseconds())
    if post.dropped > dropped {
      log.warning(
        "an alert goes untold: the alerter takes none, and too many wait",
        ["dropped": "\(post.dropped)"])
    }
    // One that is not read now, or by nobody, is told when the alerter is ready.
    _ = processes[SupervisorMachine.alerter]?.lifeline.send(.alert(alert))
  }

  /// A stage's own words.
  func hearAlert(_ packet: LifelinePacket, from stage: String) {
    guard let text = packet.status?["text"] else {
      return log.warning("lifeline packet refused", ["stage": stage])
    }
    raise(.stageAlert, stage, String(text.prefix(Self.longestText)))
  }

  func hearSettled(_ packet: LifelinePacket, from stage: String) {
    guard stage == SupervisorMachine.alerter, let id = packet.status?["id"] else {
      return log.warning("lifeline packet refused", ["stage": stage])
    }
    post.settled(id)
  }

  /// What happened while there was no alerter, or what its last life had not told.
  func repeatAlerts(to stage: String) {
    guard stage == SupervisorMachine.alerter, let process = processes[stage] else { return }
    for alert in post.waiting { _ = process.lifeline.send(.alert(alert)) }
  }
}
