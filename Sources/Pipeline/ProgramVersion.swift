/// What the program calls itself in its help and in what it signs.
public enum ProgramVersion {
  public static let name = "Likeness"
  public static let number = "0.1.0"

  public static var text: String { "\(name) \(number)" }
}
