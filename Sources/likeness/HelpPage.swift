import Pipeline
import Processors

/// The help of a command whose options come from the table.
struct HelpPage {
  let usage: String
  let about: String
  let groups: [OptionGroup]

  private static let width = 100
  private static let indent = 6

  var text: String {
    var lines = ["OVERVIEW:"] + HelpPage.wrapped(about, indent: 2)
    lines += ["", "USAGE:", "  \(usage)"]
    for group in groups {
      lines += ["", "\(group.title.uppercased()):"]
      for option in group.options {
        lines.append("  " + HelpPage.title(of: option))
        lines += HelpPage.wrapped(HelpPage.detail(of: option), indent: HelpPage.indent)
      }
    }
    lines += ["", "Options may be shortened while they stay unambiguous. Defaults can be set in an ini file."]
    return lines.joined(separator: "\n")
  }

  private static func title(of option: OptionSpec) -> String {
    let names = option.short.map { ["-\($0)"] } ?? []
    let long = ([option.name] + option.aliases).map { "--" + $0 }
    return (names + long).joined(separator: ", ") + placeholder(of: option)
  }

  private static func placeholder(of option: OptionSpec) -> String {
    switch option.kind {
    case .flag: ""
    case .path: " PATH"
    case .paths: " PATH…"
    case .choice, .word: " NAME"
    case .choices, .words: " NAME…"
    case .text: " TEXT"
    case .integer, .number: " N"
    case .integers, .spacing, .color: " N…"
    case .form(let form): " " + form.placeholder
    }
  }

  private static func detail(of option: OptionSpec) -> String {
    var text = option.help
    switch option.kind {
    case .path, .paths, .flag, .word, .words, .text: break
    default: text += " Takes \(option.valueDescription)."
    }
    if let value = option.defaultValue { text += " Default: \(value)" }
    switch option.peerDefault {
    case "-": text += option.defaultValue == nil ? " (FaceFusion has no such option)" : " (not in FaceFusion)"
    case let peer?: text += " (FaceFusion: \(peer))"
    case nil: break
    }
    return text
  }

  private static func wrapped(_ text: String, indent: Int) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    for word in text.split(separator: " ") {
      if line.count + word.count + 1 > width, line.contains(where: { $0 != " " }) {
        lines.append(line)
        line = String(repeating: " ", count: indent)
      }
      line += line.last == " " || line.isEmpty ? String(word) : " " + word
    }
    return lines + [line]
  }
}
