import Foundation
import Safeguards

extension Doctor {
  func examineSafeguards() -> [Finding] {
    do {
      let loaded = try PolicyFile.load(environment: environment)
      let policy = Finding("policy", .works, "\(loaded.origin), SHA-256 \(loaded.hash)", isNeeded: true)
      let oddities = loaded.warnings.map { Finding("policy", .info, $0) }
      return [policy] + oddities + [
        auditLog(loaded.policy.audit), marks(loaded.policy), signing(loaded.policy.metadata),
      ]
    } catch {
      let words = Self.words(error)
      return [
        Finding(
          "policy", .fails, words.text, brings: "No run starts without a policy that can be read.",
          remedy: words.advice, isNeeded: true)
      ]
    }
  }

  private func auditLog(_ policy: SafeguardPolicy.Audit) -> Finding {
    guard policy.mode != .off else { return Finding("audit log", .info, "off by policy") }
    let folder = SafeguardsFolder(home: home)
    let path = policy.database ?? folder.path("audit.sqlite")
    guard FileManager.default.fileExists(atPath: path) else {
      return Finding("audit log", .info, "none yet; the first run makes \(path)")
    }
    do {
      let head = try AuditLog(reading: policy, folder: folder).head()
      return Finding(
        "audit log", .works,
        "\(path), \(head.number) entries, the last of \(head.time); likeness audit verify checks them",
        isNeeded: policy.mode == .required)
    } catch {
      let words = Self.words(error)
      return Finding(
        "audit log", .fails, words.text, brings: "The policy has every run written down there.", remedy: words.advice,
        isNeeded: policy.mode == .required)
    }
  }

  private func marks(_ policy: SafeguardPolicy) -> Finding {
    guard policy.watermark.mode != .off else { return Finding("watermark", .info, "off by policy") }
    let key = KeyFile(path: policy.watermark.key ?? SafeguardsFolder(home: home).path("watermark.key"))
    guard key.exists || policy.watermark.key != nil else {
      return Finding("watermark", .info, "no key yet; the first run makes \(key.path)")
    }
    do {
      _ = try key.secret(making: false)
      return Finding("watermark", .works, "key \(key.path)", isNeeded: policy.watermark.mode == .required)
    } catch {
      let words = Self.words(error)
      return Finding(
        "watermark", .fails, words.text, brings: "The policy has every result marked with it.", remedy: words.advice,
        isNeeded: policy.watermark.mode == .required)
    }
  }

  private func signing(_ policy: SafeguardPolicy.Metadata) -> Finding {
    guard policy.mode != .off else { return Finding("C2PA", .info, "off by policy") }
    do {
      let library = try ProvenanceLibrary(environment: environment, home: home)
      return Finding("C2PA", .works, "\(library.version), \(library.path)", isNeeded: policy.mode == .required)
    } catch {
      let words = Self.words(error)
      return Finding(
        "C2PA", .fails, words.text, brings: "Results are signed, and signatures are checked.", remedy: words.advice,
        isNeeded: policy.mode == .required)
    }
  }
}
