import Daemon
import Glibc

/// The directories of one pipeline, locked for it and checked, before any child starts.
///
/// 1. One supervisor per state directory and per run directory, enforced by locks that the kernel
///    drops with the process: what a killed predecessor left is no obstacle.
/// 2. State belongs to one account and one profile, and another is refused.
/// 3. The trading key lies in neither folder: every stage may read all of both.
final class Premises {
  let run: RunFiles
  let stateDirectory: String
  private let locks: [FileLock]

  init(_ options: StageOptions) throws(Fatal) {
    let state = try options.requireStateDirectory()
    run = RunFiles(try options.requireRunDirectory())
    stateDirectory = state
    try Folder.prepare(state, flag: "--state-dir")
    let remedy = "stop that pipeline first, or give this one its own"
    let stateLock = try FileLock("\(state)/instance.lock", remedy: "\(remedy) --state-dir")
    try Self.checkIdentity(options, state)
    try Folder.prepare(run.folder, flag: "--run-dir")
    let runLock = try FileLock(run.lock, remedy: "\(remedy) --run-dir")
    locks = [stateLock, runLock]
    try Self.checkKey(options, folders: [state, run.folder])
    try Folder.prepare(run.open, flag: "--run-dir")
    try Folder.prepare(run.core, flag: "--run-dir")
    // A predecessor's venue is gone, and with it the address it left.
    try run.forget()
  }

  private static func checkKey(_ options: StageOptions, folders: [String]) throws(Fatal) {
    let key = try options.keyPath()
    for folder in folders where Landlock.real(key).hasPrefix("\(Landlock.real(folder))/") {
      throw Fatal(
        .badConfiguration,
        "unable to hide \(key): it lies in \(folder), which every stage may read: move it beside")
    }
  }

  private static func checkIdentity(_ options: StageOptions, _ state: String) throws(Fatal) {
    let path = "\(state)/identity.json"
    let ours = Identity(account: options.account, profile: options.profile)
    guard let theirs = try AtomicFile.readJSON(Identity.self, from: path) else {
      return try AtomicFile.writeJSON(ours, to: path, durable: true)
    }
    guard theirs == ours else {
      throw Fatal(
        .badConfiguration,
        "unable to use \(state): it belongs to account \(theirs.account), profile "
          + "\(theirs.profile.rawValue), not to \(ours.account), \(ours.profile.rawValue): "
          + "give --state-dir another folder")
    }
  }
}
