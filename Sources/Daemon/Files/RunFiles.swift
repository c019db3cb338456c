import Glibc

/// The files and rooms of a run directory.
package struct RunFiles: Sendable {
  package let folder: String

  package init(_ folder: String) {
    self.folder = folder
  }

  /// The room strategy programs may see.
  package var open: String { "\(folder)/open" }
  /// The room of everything else.
  package var core: String { "\(folder)/core" }
  package var lock: String { "\(folder)/run.lock" }
  private var instancePath: String { "\(folder)/instance.json" }
  private var venuePath: String { "\(folder)/venue.json" }

  package func controlSocket(_ stage: String) -> String { "\(core)/\(stage).sock" }

  package func readInstance() throws(Fatal) -> Instance? {
    try AtomicFile.readJSON(Instance.self, from: instancePath)
  }

  package func write(_ instance: Instance) throws(Fatal) {
    try AtomicFile.writeJSON(instance, to: instancePath)
  }

  package func readVenue() throws(Fatal) -> VenueAddress? {
    try AtomicFile.readJSON(VenueAddress.self, from: venuePath)
  }

  package func write(_ venue: VenueAddress) throws(Fatal) {
    try AtomicFile.writeJSON(venue, to: venuePath)
  }
}

extension RunFiles {
  /// Removes what a pipeline that is gone said about itself.
  package func forget() throws(Fatal) {
    for path in [instancePath, venuePath] where unlink(path) != 0 && errno != ENOENT {
      throw Fatal(
        .badConfiguration, "unable to remove \(path): \(SystemError.text()): remove it by hand")
    }
  }
}
