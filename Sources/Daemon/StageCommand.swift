/// What the world wants from a stage's loop.
package enum StageCommand {
  /// Take no new work, finish what is under way, then return from the body.
  case drain
  /// Return from the body now.
  case stop
  case query(ControlQuery)
}
