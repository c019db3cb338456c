import Glibc

/// How many files this process may have open.
enum FileLimit {
  /// What a venue needs beside its connections.
  private static let others = 256

  /// Raises the limit as far as allowed and needed; how many of the wanted connections fit.
  static func raise(forConnections wanted: Int) -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return wanted }
    let needed = rlim_t(wanted + others)
    if limit.rlim_cur < needed {
      let before = limit
      limit.rlim_cur = min(needed, limit.rlim_max)
      if setrlimit(resource, &limit) != 0 { limit = before }
    }
    let held = limit.rlim_cur >= needed ? wanted : Int(limit.rlim_cur) - others
    return max(1, held)
  }
}
