/// The seam to whatever pushes a venue's market and account: wishes go in, events come out.
///
/// Promises of every implementation:
/// 1. It connects, authenticates, subscribes and does all of that again after any failure; what it
///    was asked for it asks for until it is told to stop.
/// 2. What is lost is said: a `gap` or a `disconnected` before anything that came later.
/// 3. Nothing here blocks; the owner polls `descriptors` in its own loop.
/// 4. What is kept for an owner that does not come has a bound; past it there is a gap.
/// 5. A number that makes no sense is refused and counted, never passed on.
package protocol MarketStream: AnyObject {
  /// Gives prices and sizes of these instruments their steps; what is not known is not heard.
  func learn(_ instruments: [Instrument])

  /// Wants a channel, of a market's for these instruments; more than once is as once.
  func subscribe(_ channel: StreamChannel, _ instruments: [InstrumentID])

  func unsubscribe(_ channel: StreamChannel, _ instruments: [InstrumentID])

  /// What the owner's loop has to wait for.
  var descriptors: [PollDescriptor] { get }

  /// When `advance` has to be called at the latest.
  var deadline: MachineTime? { get }

  /// What was heard since the last call, at most as much as one turn of a loop should take.
  func advance(now: MachineTime, wall: WallTime) -> [StreamEvent]
}
