import Daemon

/// What can happen to the machine of alerts.
enum AlertInput {
  case heard(Alert)
  /// The try of the alert with that id on a channel has ended.
  case answered(String, AlertChannel, DeliveryOutcome)
  case timer
}

/// What it wants done.
enum AlertEffect: Equatable {
  case send(Alert, AlertChannel, isSilent: Bool)
  /// It will be tried again, because of what the text says.
  case retry(Alert, AlertChannel, String)
  /// It will not, on at least one channel.
  case giveUp(Alert, String)
  /// Nobody needs to remember it any more; no results when it was folded or switched off.
  case settled(Alert, [AlertJob.Result])
}
