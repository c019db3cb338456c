import Glibc

extension StageHost {
  /// Called by stages that only show what others do: where processors are scarce they wait for
  /// those that trade, also with the threads that they start from here on.
  package func standBack() {
    let which = __priority_which_t(PRIO_PROCESS.rawValue)
    // Further back than it is may every process go.
    _ = setpriority(which, 0, getpriority(which, 0) + 10)
  }
}
