/// Looking into a value that was read.
extension JSON {
  /// The member of an object; the last one when the name stands there twice.
  subscript(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  var string: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var flag: Bool? {
    guard case .flag(let flag) = self else { return nil }
    return flag
  }

  /// A whole number, written without a fraction or an exponent.
  var integer: Int64? {
    guard case .number(let digits) = self else { return nil }
    return Int64(digits)
  }

  /// This value with another one at a place such as `sendStatus.status` or `orders.0.status`.
  ///
  /// Nil when the place does not lead anywhere; its last name may be new.
  func setting(_ place: ArraySlice<Substring>, to value: JSON) -> JSON? {
    guard let name = place.first else { return value }
    switch self {
    case .object(var members):
      guard let index = members.lastIndex(where: { $0.name == name }) else {
        guard place.count == 1 else { return nil }
        members.append(Member(name: String(name), value: value))
        return .object(members)
      }
      guard let changed = members[index].value.setting(place.dropFirst(), to: value) else {
        return nil
      }
      members[index] = Member(name: members[index].name, value: changed)
      return .object(members)
    case .list(var values):
      guard let index = Int(name), values.indices.contains(index),
        let changed = values[index].setting(place.dropFirst(), to: value)
      else { return nil }
      values[index] = changed
      return .list(values)
    case .number, .text, .flag, .null: return nil
    }
  }
}
