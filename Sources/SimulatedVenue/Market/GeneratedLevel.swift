/// The price at the beginning of each day: bounded noise of many wavelengths around one price.
///
/// Wavelengths of 1, 2, 4 … 256 days, each with an amplitude that grows with the root of its
/// length: over weeks it looks like a random walk, over years it always comes back.
struct GeneratedLevel: Hashable, Sendable {
  let seed: UInt64
  /// In ticks.
  let typical: Double

  private static let octaves = 9
  /// Amplitude of the shortest wavelength, as a fraction of the price: about 2 % a day.
  private static let daily = 0.018

  /// In ticks; within a factor of 3 of `typical`.
  func price(day: Int64) -> Double {
    var logarithm = 0.0
    var amplitude = Self.daily
    for octave in 0..<Self.octaves {
      logarithm += amplitude * noise(day: day, octave: octave)
      amplitude *= 2.0.squareRoot()
    }
    return typical * exponential(logarithm)
  }

  /// Within [−1, 1]: straight lines between random values 2^octave days apart.
  private func noise(day: Int64, octave: Int) -> Double {
    let length: Int64 = 1 << Int64(octave)
    // Shifted so that the knots of different wavelengths do not fall on one day.
    let shifted = day + length / 3
    let index = shifted / length
    let part = Double(shifted % length) / Double(length)
    return knot(index, octave) * (1 - part) + knot(index + 1, octave) * part
  }

  private func knot(_ index: Int64, _ octave: Int) -> Double {
    var random = SplitMix(
      seed: SplitMix.mixed(seed &+ UInt64(octave)) ^ UInt64(bitPattern: index))
    return random.unit() * 2 - 1
  }
}

/// e^x for small x by multiplication alone, so that it is the same on every machine; its relative
/// error for |x| ≤ 2 is below 10⁻³, which a price that is drawn anyway does not feel.
func exponential(_ x: Double) -> Double {
  var power = 1 + x / 4096
  for _ in 0..<12 { power *= power }
  return power
}
