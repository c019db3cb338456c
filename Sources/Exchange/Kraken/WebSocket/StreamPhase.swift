/// Where one stream of the session stands.
///
///     phase    trigger    next     and then
///     wanted   asked      asked
///     asked    snapshot   live     what follows it is passed on
///     asked    late       wanted   after a while
///     asked    refused    wanted   after a long while
///     live     snapshot   live     it begins anew
///     live     gap        wanted   say so, use nothing until the snapshot
///     any      lost       wanted   with the connection
enum StreamPhase: String, CaseIterable, Sendable {
  case wanted
  case asked
  case live

  enum Trigger: String, CaseIterable, Sendable {
    case asked
    case snapshot
    case late
    case refused
    case gap
    case lost
  }

  func next(_ trigger: Trigger) -> StreamPhase? {
    switch (self, trigger) {
    case (.wanted, .asked): .asked
    case (.asked, .snapshot), (.live, .snapshot): .live
    case (.asked, .late), (.asked, .refused), (.live, .gap), (_, .lost): .wanted
    default: nil
    }
  }
}
