import Daemon

extension RouterSettings {
  init(_ configured: OrderRouterSettings) {
    self.init()
    requestDeadlineMilliseconds = configured.requestDeadlineMilliseconds
    stopDeadlineMilliseconds = configured.stopDeadlineMilliseconds
    protectionDeadlineMilliseconds = configured.protectionDeadlineMilliseconds
    skewMarginMilliseconds = configured.skewMarginMilliseconds
    pollMilliseconds = configured.pollIntervalMilliseconds
    rearmCooldownMilliseconds = configured.rearmCooldownSeconds * 1000
  }
}
