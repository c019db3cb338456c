import Daemon
import Foundation
import SignalService

/// A flat JSON object of strategy parameters.
enum ParameterFile {
  /// A file of parameters is a few kilobytes.
  private static let mostBytes = 1 << 20

  /// The parameters in `path`, or every complaint about them.
  static func load(_ path: String, _ variant: SmcVariant) throws(Fatal) -> SmcParameters {
    do {
      return try SmcParameters(try values(path), variant: variant)
    } catch let error as ParameterError {
      throw Fatal(
        .badConfiguration,
        "unable to use parameters \(path): "
          + "\(error.complaints.joined(separator: "; ")): correct them"
      )
    } catch let error as Fatal {
      throw error
    } catch {
      throw Fatal(.badConfiguration, "unable to use parameters \(path): \(error): correct them")
    }
  }

  private static func values(_ path: String) throws -> [String: ParameterValue] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Fatal(
        .badConfiguration, "unable to read parameters \(path): no readable file: check the path")
    }
    guard data.count <= mostBytes, let object = try? JSONSerialization.jsonObject(with: data),
      let members = object as? [String: Any]
    else {
      throw Fatal(
        .badConfiguration, "unable to read parameters \(path): not one flat JSON object: correct it"
      )
    }
    var values: [String: ParameterValue] = [:]
    var complaints: [String] = []
    for (name, member) in members {
      switch member {
      case let word as String: values[name] = .word(word)
      // JSON's true and false come as numbers of one character.
      case let number as NSNumber where String(cString: number.objCType) == "c":
        values[name] = .flag(number.boolValue)
      case let number as NSNumber: values[name] = .number(number.doubleValue)
      default: complaints.append("\(name): expected a number, a word, true or false")
      }
    }
    guard complaints.isEmpty else { throw ParameterError(complaints: complaints.sorted()) }
    return values
  }
}
