/// Who a followed face is: asked when the track starts, again soon after (the first look may have been a blurred or
/// turned one), then rarely. The answer is the mean of the last three.
struct TrackIdentity {
  /// Ages of a track in frames at which the recogniser is asked; after the last, every `period` frames.
  static let ages = [0, 8, 40]
  static let period = 150

  private var members: [Embedding] = []
  private(set) var embedding: Embedding?
  private var age = -1

  /// Counts a frame; true when the recogniser is to be asked in it.
  mutating func isDue() -> Bool {
    age += 1
    return embedding == nil || TrackIdentity.ages.contains(age)
      || (age > 0 && age.isMultiple(of: TrackIdentity.period))
  }

  mutating func add(_ answer: Embedding) {
    members.append(answer)
    if members.count > 3 { members.removeFirst() }
    embedding = Embedding.mean(of: members)
  }
}
