/// All processors of the program.
public enum ProcessorRegistry {
  /// In the order in which the help lists them.
  public static let all: [ProcessorKind] = [
    .faceSwapper, .faceEnhancer, .frameEnhancer, .ageModifier, .deepSwapper, .expressionRestorer,
    .faceEditor, .frameColorizer, .backgroundRemover, .faceDebugger,
  ]

  /// The processor of this name.
  public static func kind(named name: String) -> ProcessorKind? { all.first { $0.name == name } }
}
