/// One option of the program: its name, values, default and meaning.
///
/// The same description drives the command line, the ini file, the checks and the help, so there is no second list to
/// keep in step. Each processor describes its own options next to its code.
public struct OptionSpec: Sendable {
  /// What may be written after the option.
  public enum Kind: Sendable {
    /// One file or folder, taken as it is.
    case path
    /// One or more files or folders.
    case paths
    /// One of these words.
    case choice([String])
    /// One or more of these words, in any order.
    case choices([String])
    /// One word that only the running system can judge.
    case word
    /// Anything the user writes.
    case text
    /// One or more such words.
    case words
    /// A whole number; nil = any.
    case integer(ClosedRange<Int>?)
    /// One or more whole numbers, each one of these; nil = any.
    case integers([Int]?)
    /// A decimal number in this range.
    case number(ClosedRange<Double>)
    /// One to four whole numbers in this range: top, right, bottom, left, filled up as in CSS.
    case spacing(ClosedRange<Int>)
    /// One to four whole numbers 0…255: red, green, blue, alpha; one = grey, a missing blue = red, a missing alpha = 255.
    case color
    /// On or off; no value on the command line.
    case flag
    /// Words of a form that cannot be listed.
    case form(OptionForm)
  }

  /// Long name without the dashes, in kebab-case.
  public let name: String
  /// Further long names.
  public let aliases: [String]
  public let short: Character?
  /// Section of the ini file that holds the option; nil = command line only.
  public let section: String?
  public let kind: Kind
  /// What holds when nothing is given, as it would be written; nil = not set.
  public let defaultValue: String?
  /// FaceFusion's default where it differs from ours (`-` = it has no such option).
  public let peerDefault: String?
  public let help: String

  public init(
    _ name: String, aliases: [String] = [], short: Character? = nil, section: String?, _ kind: Kind,
    default defaultValue: String? = nil, peer peerDefault: String? = nil, help: String
  ) {
    self.name = name
    self.aliases = aliases
    self.short = short
    self.section = section
    self.kind = kind
    self.defaultValue = defaultValue
    self.peerDefault = peerDefault
    self.help = help
  }

  /// Name in ini files, job files and reports: snake_case.
  public var key: String { String(name.map { $0 == "-" ? "_" : $0 }) }

  /// How many values may follow.
  public var takesSeveral: Bool {
    switch kind {
    case .paths, .choices, .words, .integers, .spacing, .color: true
    case .path, .choice, .word, .text, .integer, .number, .flag: false
    case .form(let form): form.takesSeveral
    }
  }
}

/// What an option takes where its values cannot be listed.
public struct OptionForm: Sendable {
  /// For the help: `SIZE`, `ID…`.
  public let placeholder: String
  public let takesSeveral: Bool
  /// In words that go on from "takes": "a size or a share, such as 8GB or 80%".
  public let description: String
  let fits: @Sendable (String) -> Bool

  /// - Parameter fits: whether a word, which is not empty, is of the form.
  public init(
    placeholder: String, takesSeveral: Bool, description: String, fits: @escaping @Sendable (String) -> Bool
  ) {
    self.placeholder = placeholder
    self.takesSeveral = takesSeveral
    self.description = description
    self.fits = fits
  }
}
