import ArgumentParser
import Safeguards

/// `likeness audit`: what was done with this program, and the proof that nobody changed the record of it.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Shows, checks, exports and erases the audit log.",
    discussion: """
      Every job leaves its lines in the log: who, when, which files by their SHA-256, which models and options, what the \
      safeguards said. Pictures are never stored. Where the log lies is for the policy to say (Documentation/audit.md).
      """,
    subcommands: [List.self, Show.self, Verify.self, Export.self, Erase.self])

  /// What reading takes.
  struct Place: ParsableArguments {
    @Option(help: "Another log than the policy's: a copy from elsewhere.")
    var log: String?

    @Option(help: "The public key to check with: a file of PEM, or 64 hex digits. Without it: this machine's.")
    var key: String?

    func open() throws -> AuditLog {
      var policy = try PolicyFile.load().policy.audit
      if let log { policy.database = log }
      return try AuditLog(reading: policy, key: try key.map { try AuditPublicKey(named: $0) })
    }
  }

  /// Which entries.
  struct Choice: ParsableArguments {
    @Option(help: "Entries of this moment or later: 2026-11-23 or 2026-11-23T14:30:00+01:00.")
    var since: String?

    @Option(help: "Entries before this moment.")
    var until: String?

    @Option(help: "Entries of this event, for example refused.")
    var event: String?

    @Option(help: "Entries of the job with this id.")
    var job: String?

    @Option(help: "Entries with this text in a personal field: a name, a part of a path.")
    var naming: String?

    func filter(limit: Int? = nil) throws -> AuditFilter {
      try AuditFilter(since: since, until: until, event: event, job: job, naming: naming, limit: limit)
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists entries, oldest first.")

    @OptionGroup var choice: Choice

    @Option(help: "Only the newest so many.")
    var limit: Int?

    @OptionGroup var place: Place

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let records = try place.open().list(try choice.filter(limit: limit))
      if json {
        print(try JSONText.make(records))
      } else if records.isEmpty {
        print("No entries.")
      } else {
        print(TextTable(header: AuditTable.header, rows: AuditTable(records).rows).text)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one entry, or all of a job, in full.")

    @Argument(help: "The number of an entry, or the id of a job or the beginning of it.")
    var id: String

    @OptionGroup var place: Place

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let records = try place.open().show(id)
      print(
        json ? try JSONText.make(records) : records.map { $0.lines.joined(separator: "\n") }.joined(separator: "\n\n"))
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks that no entry was changed, removed or moved.",
      discussion: "The exit status is 7 when something was found, and each finding names the entry and what was done. "
        + "Whoever has the key and the machine can write the whole log anew; heads that were kept elsewhere show that.")

    @Option(help: "A file of heads kept elsewhere (audit export --head), or an earlier export. May be given again.")
    var against: [String] = []

    @OptionGroup var place: Place

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let heads = try against.flatMap { try AuditHead.heads(inFile: $0) }
      let verification = try place.open().verify(against: heads)
      print(json ? try JSONText.make(verification) : verification.lines.joined(separator: "\n"))
      if !verification.isIntact { throw ExitCode(ExitStatus.unverified.rawValue) }
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes the log as lines of JSON that can be checked by other means.")

    @Option(help: "A new file. Without it: standard output.")
    var output: String?

    @Flag(help: "Only the signed head, one line: to be kept where nobody of this machine can change it.")
    var head = false

    @Flag(help: "Leave out personal texts. All but them can still be checked.")
    var withoutPersonal = false

    @OptionGroup var place: Place

    func validate() throws {
      if head && output != nil {
        throw ValidationError("--head goes to standard output: likeness audit export --head >> FILE")
      }
    }

    func run() throws {
      let log = try place.open()
      if head {
        print(try log.head().line)
      } else if let output {
        try log.export(to: output, personal: !withoutPersonal)
      } else {
        try log.export(personal: !withoutPersonal) { print($0) }
      }
    }
  }

  struct Erase: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Erases the personal fields of entries for good.",
      discussion: "Names, paths, statements of consent, reasons and messages go; the entries stay and the log can be "
        + "verified as before. An entry records the erasure.")

    @Option(help: "Why. Stays in the log for ever, so it must name nobody.")
    var reason: String?

    @Option(parsing: .upToNextOption, help: "Numbers of entries.")
    var entry: [Int] = []

    @OptionGroup var choice: Choice

    @Flag(help: "What is older than the policy's retention-days.")
    var expired = false

    func validate() throws {
      let ways = [!entry.isEmpty, try !choice.filter().isEmpty, expired].filter { $0 }.count
      guard ways == 1 else {
        throw ValidationError(
          "Say which entries: --expired, or --entry, or some of --since --until --event --job --naming.")
      }
      if !expired && reason == nil { throw ValidationError("--reason is missing.") }
    }

    func run() throws {
      let policy = try PolicyFile.load().policy.audit
      if expired && policy.retentionDays == nil {
        throw SafeguardsError(
          .request, "The policy has no retention-days, so nothing expires.", hint: "See Documentation/policy.md.")
      }
      let log = try AuditLog(policy: policy, program: Likeness.configuration.version)
      let record =
        if expired {
          try log.eraseExpired()
        } else if entry.isEmpty {
          try log.erase(try choice.filter(), reason: reason ?? "")
        } else {
          try log.erase(entries: entry, reason: reason ?? "")
        }
      print(record.map { $0.lines.joined(separator: "\n") } ?? "Nothing to erase.")
    }
  }
}
