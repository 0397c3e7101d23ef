import Synchronization

/// What a loaded model runs on, for the report of a run.
public struct ModelReport: Sendable, Hashable, Codable {
  public let model: String
  /// The provider that computes it.
  public let provider: String
  /// Which nodes fell off the device; nil on the processor, and for runtimes older than 1.24.
  public let placement: SessionPlacement?
  /// Half or single precision and why; nil where single precision was asked for.
  public let precision: PrecisionReport?
  /// Half precision was in use and gave numbers that are not finite.
  public let fellBack: Bool
}

extension OnnxRuntime {
  /// The models that some session holds now, by name; ask before the sessions of a run go.
  public var modelReports: [ModelReport] {
    let models = loaded.withLock { loaded in
      loaded.removeAll { $0.model == nil }
      return loaded.compactMap(\.model)
    }
    let failed = fellBack.withLock { $0 }
    var reports: [String: ModelReport] = [:]
    // After a fall back the same name is there twice for a while; the one in half precision knows more.
    for model in models where reports[model.name]?.precision == nil {
      reports[model.name] = ModelReport(
        model: model.name, provider: (model.providers.first ?? .cpu).rawValue, placement: model.placement,
        precision: model.precision, fellBack: failed.contains(model.name))
    }
    return reports.values.sorted { $0.model < $1.model }
  }

  /// Keeps a model in mind as long as it lives.
  func remember(_ model: LoadedModel) {
    loaded.withLock { loaded in
      loaded.removeAll { $0.model == nil }
      loaded.append(WeakModel(model: model))
    }
  }
}

/// A model that is not kept alive.
struct WeakModel: Sendable {
  weak var model: LoadedModel?
}
