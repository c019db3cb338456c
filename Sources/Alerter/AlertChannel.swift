/// A way to reach people.
enum AlertChannel: String, CaseIterable, Sendable {
  case webhook, telegram
}
