import Faces
import Imaging
import Safeguards
import Synchronization

/// The gates that look at faces: protected people, minors, similarity. Used by all workers at once; they wait for each
/// other only while one of them asks a network.
///
/// Identities are always those of the open pack's recogniser, whatever the run itself uses, so that the registry of
/// protected people is understood by every run. Looked at are the faces that are about to be worked on.
final class FaceInspection: Sendable {
  /// The networks, made when they are first needed, and what the sources look like to them.
  private struct Bench {
    var recognizer: DlibRecognizer?
    var traits: TraitReader?
    var source: Embedding?
  }

  private let policy: SafeguardPolicy
  private let similarity: SimilarityGate
  private let protected: ProtectedGate
  private let minors: MinorGate
  private let sampling = IdentitySampling()
  private let networks: @Sendable () throws -> FaceNetworks
  private let bench: Mutex<Bench>

  /// - Parameters:
  ///   - home: Likeness' folder.
  ///   - networks: makes the gates' own networks.
  /// - Throws: ``SafeguardsError`` where the policy requires a gate that cannot work.
  init(policy: SafeguardPolicy, home: String, networks: @escaping @Sendable () throws -> FaceNetworks) throws {
    self.policy = policy
    self.networks = networks
    similarity = SimilarityGate(policy: policy.similarity)
    protected = try ProtectedGate(policy: policy.protected, home: home, recognizer: .dlib)
    let classifier = policy.minors.mode == .off ? nil : try MinorGate.classifier(networks())
    minors = MinorGate(policy: policy.minors, hasClassifier: classifier != nil)
    bench = Mutex(Bench(traits: classifier.map { TraitReader($0) }))
  }

  /// Whether anybody wants to know who somebody is.
  private var identifies: Bool { protected.isNeeded || similarity.isOn }

  /// Looks at the source faces. Throws `protected` and `minor`.
  func take(sources photos: [SourcePhoto]) throws {
    if minors.needsTraits {
      for photo in photos {
        var faces = [photo.face]
        try bench.withLock { try $0.traits?.read(&faces, in: photo.frame) }
        try minors.checkSource(faces[0].traits, name: photo.name)
      }
    }
    guard identifies, !photos.isEmpty else { return }
    try bench.withLock { bench in
      let embeddings = try photos.map { photo in
        let embedding = try embedding(of: photo.face, in: photo.frame, &bench)
        try protected.check(embedding, at: .source(photo.name))
        return embedding
      }
      bench.source = Embedding.mean(of: embeddings)
    }
  }

  /// Those of the faces that may be worked on.
  ///
  /// - Parameter index: number of the frame in the target; nil for a picture.
  /// - Throws: ``SafeguardsError`` of codes `protected` and `similarity`.
  func allowed(_ faces: [Face], in frame: Frame, index: Int?) throws -> [Face] {
    guard !faces.isEmpty else { return faces }
    if identifies {
      for face in faces where index.map({ isDue(face, $0) }) ?? true { try identify(face, in: frame, index: index) }
    }
    guard minors.needsTraits else { return faces }
    var known = faces
    try bench.withLock { try $0.traits?.read(&known, in: frame) }
    return zip(faces, known).filter { minors.allows($1.traits, track: $1.trackID) }.map(\.0)
  }

  /// What the gates have found up to now.
  var results: [AuditGate] {
    [
      AuditGate(similarity.result, mode: policy.similarity.mode),
      AuditGate(protected.result, mode: policy.protected.mode),
      AuditGate(minors.result, mode: policy.minors.mode),
    ]
  }

  private func isDue(_ face: Face, _ index: Int) -> Bool {
    sampling.isDue(track: face.trackID, box: face.box, frame: index)
  }

  private func identify(_ face: Face, in frame: Frame, index: Int?) throws {
    let (target, source) = try bench.withLock { bench in
      (try embedding(of: face, in: frame, &bench), bench.source)
    }
    try protected.check(target, at: .target(frame: index))
    guard let source else { return }
    try similarity.check(source: source, target: target, track: face.trackID, frame: index)
  }

  private func embedding(of face: Face, in frame: Frame, _ bench: inout Bench) throws -> Embedding {
    if let known = face.embedding, known.measure == .euclidean { return known }
    let recognizer = try bench.recognizer ?? networks().recognizer()
    bench.recognizer = recognizer
    return try recognizer.embedding(in: frame, landmarks5: face.landmarks5From68)
  }
}
