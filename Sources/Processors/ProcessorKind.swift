public import Faces
public import Imaging

/// One kind of processor: what it is called, what may be set, and how it is put to work.
///
/// Command line, ini files, job documents and the API read this description; there is no other list.
public struct ProcessorKind: Sendable {
  /// What `--processors` calls it.
  public let name: String
  /// Heading of its options in the help.
  public let title: String
  public let options: [OptionSpec]
  /// What it needs of the run, by its options.
  public let needs: @Sendable (any OptionReading) -> ProcessorNeeds
  public let makePlan: @Sendable (ProcessorContext) throws -> ProcessorPlan

  public init(
    _ name: String, title: String, options: [OptionSpec],
    needs: @escaping @Sendable (any OptionReading) -> ProcessorNeeds,
    makePlan: @escaping @Sendable (ProcessorContext) throws -> ProcessorPlan
  ) {
    self.name = name
    self.title = title
    self.options = options
    self.needs = needs
    self.makePlan = makePlan
  }
}

/// What a processor needs of a run.
public struct ProcessorNeeds: OptionSet, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// `--source-paths`.
  public static let sources = ProcessorNeeds(rawValue: 1)
  /// Faces with a mesh of 478 points.
  public static let mesh = ProcessorNeeds(rawValue: 2)
  /// Chosen faces with an identity of the recogniser arcface.
  public static let arcFace = ProcessorNeeds(rawValue: 4)
  /// Faces with gender, age and race.
  public static let traits = ProcessorNeeds(rawValue: 8)
  /// Faces at all.
  public static let faces = ProcessorNeeds(rawValue: 16)
  /// Frames on a card, where there is one: it works there.
  public static let card = ProcessorNeeds(rawValue: 32)
}

/// What a processor is given to make its plan.
public struct ProcessorContext: Sendable {
  /// Every option of the run.
  public let options: any OptionReading
  public let networks: FaceNetworks
  public let sources: any SourceProviding

  public init(options: any OptionReading, networks: FaceNetworks, sources: any SourceProviding) {
    self.options = options
    self.networks = networks
    self.sources = sources
  }
}

/// The sources of a run, read when they are first asked for.
public protocol SourceProviding: Sendable {
  /// For the mesh swapper.
  func meshSources() throws -> SourceSet
  /// Every source picture with its largest face; a clip gives some of its frames. Throws when one shows no face.
  func pictures() throws -> [SourcePicture]
}

/// A source picture as the published models take it.
public struct SourcePicture: Sendable {
  /// Where it comes from, for messages.
  public let name: String
  /// B, G, R.
  public let picture: PixelBuffer8
  /// The largest face in it.
  public let face: Face

  public init(name: String, picture: PixelBuffer8, face: Face) {
    self.name = name
    self.picture = picture
    self.face = face
  }
}

/// A processor that is ready for work, by the kind of frame it works on.
public enum ProcessorPlan: Sendable {
  /// Works on the frame as it was decoded.
  case frame(any FrameProcessorPlan)
  /// Works on an 8-bit picture of it.
  case picture(any PictureProcessorPlan)

  public var name: String {
    switch self {
    case .frame(let plan): plan.name
    case .picture(let plan): plan.name
    }
  }

  /// By how much it enlarges the frame, on both axes.
  public var scale: Int {
    switch self {
    case .frame: 1
    case .picture(let plan): plan.scale
    }
  }
}
