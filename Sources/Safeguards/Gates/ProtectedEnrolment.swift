public import Faces
public import Imaging
import ModelStore

/// Turns photos of a person into what the registry of protected identities keeps: the numbers of every recogniser on this
/// machine, so that the person is known whichever one a job uses. Belongs to one thread.
public final class ProtectedEnrolment {
  private let analyser: FaceAnalyser
  private let recognizers: [(model: FaceRecognizerModel, network: any FaceRecognizing)]

  /// The recognisers that will know the people added.
  public var models: [FaceRecognizerModel] { recognizers.map(\.model) }

  /// - Throws: The model store's and the session's errors; of the recognisers only the open pack's has to be there.
  public init(networks: FaceNetworks) throws {
    analyser = try networks.analyser(FaceOptions(), identifies: false)
    var recognizers: [(FaceRecognizerModel, any FaceRecognizing)] = [(.dlib, try networks.recognizer())]
    do {
      recognizers.append((.arcFace, try networks.arcFaceRecognizer()))
    } catch let error as ModelStoreError where error.code == .modelMissing || error.code == .unknownModel {}
    self.recognizers = recognizers
  }

  /// The largest face of a photo as every recogniser sees it.
  ///
  /// - Parameter name: of the photo, for messages.
  /// - Returns: one face for each of ``models``, and how many people the photo shows.
  /// - Throws: ``SafeguardsError`` of code `request` for a photo without a face; the networks' errors.
  public func look(at photo: Frame, name: String) throws -> (faces: [ProtectedIdentities.Face], people: Int) {
    let found = try analyser.faces(in: photo)
    guard let largest = FaceSelector.sorted(found, by: .largeSmall).first else {
      throw SafeguardsError(
        .request, "No face was found in '\(name)'.", hint: "Give a photo that shows the face large and from the front.")
    }
    let faces = try recognizers.map { model, network in
      ProtectedIdentities.Face(
        recognizer: model, embedding: try network.embedding(in: photo, landmarks5: largest.landmarks5From68))
    }
    return (faces, found.count)
  }
}
