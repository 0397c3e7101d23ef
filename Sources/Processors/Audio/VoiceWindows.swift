/// How a long sound is cut for the voice extractor (vision.md §26, step 2).
public struct VoiceWindows: Sendable, Hashable {
  /// Samples of a window.
  public let length: Int
  /// Samples from the start of one window to that of the next.
  public let step: Int

  public init(length: Int = 240 * 1024, step: Int = 180 * 1024) {
    precondition(length > 0 && step > 0, "windows have a length and a step")
    self.length = length
    self.step = step
  }

  /// What `extract` makes of every window, put together; where windows overlap, their mean.
  public func averaged(
    _ sound: StereoSound, extract: (StereoSound) throws -> StereoSound
  ) rethrows -> StereoSound {
    var sum = StereoSound.silence(sound.count)
    var counts = [Float](repeating: 0, count: sound.count)
    for start in stride(from: 0, to: sound.count, by: step) {
      let voice = try extract(sound[start..<start + length])
      for offset in 0..<min(voice.count, sound.count - start) {
        sum.left[start + offset] += voice.left[offset]
        sum.right[start + offset] += voice.right[offset]
        counts[start + offset] += 1
      }
    }
    for index in 0..<sound.count where counts[index] > 1 {
      sum.left[index] /= counts[index]
      sum.right[index] /= counts[index]
    }
    return sum
  }
}

/// How the voice extractor cuts one window (vision.md §27, steps 1 to 3).
public struct VoiceSegments: Sendable, Hashable {
  /// Samples of a segment.
  public let length: Int
  /// Samples at both ends of a segment that are thrown away.
  public let trim: Int
  /// Silence after the window's own samples.
  public let pad: Int
  public let count: Int

  /// - Parameter samples: Of the window.
  public init(samples: Int, length: Int = 255 * 1024, trim: Int = 3840) {
    precondition(length > 2 * trim && samples >= 0, "a segment is longer than what is thrown away")
    self.length = length
    self.trim = trim
    let step = length - 2 * trim
    pad = step - samples % step
    count = (samples + pad + step - 1) / step
  }

  private var step: Int { length - 2 * trim }

  /// The segments of a window, silence before and after it.
  func cut(_ sound: StereoSound) -> [StereoSound] {
    (0..<count).map { index in
      var segment = StereoSound.silence(length)
      let start = index * step - trim
      for place in max(-start, 0)..<max(min(length, sound.count - start), max(-start, 0)) {
        segment.left[place] = sound.left[start + place]
        segment.right[place] = sound.right[start + place]
      }
      return segment
    }
  }

  /// The middle parts one after the other, without the silence at the end.
  func join(_ segments: [StereoSound]) -> StereoSound {
    var joined = StereoSound(left: [], right: [])
    for segment in segments {
      joined.left += segment.left[trim..<segment.count - trim]
      joined.right += segment.right[trim..<segment.count - trim]
    }
    return joined[0..<joined.count - pad]
  }
}
