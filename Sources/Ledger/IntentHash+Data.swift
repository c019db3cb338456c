import Domain
import Foundation

extension IntentHash {
  /// The hash as SQLite stores it.
  var data: Data { Data(bytes) }

  init?(data: Data) {
    self.init(bytes: Array(data))
  }
}
