import TestSupport

/// A provider library for the plug-in interface that offers the processor as its device and takes no node at all, so
/// that everything falls off it. Written against the interface's order of functions (ONNX Runtime 1.23): of what comes
/// later nothing is there.
enum FakeProvider {
  /// - Parameter hasDevice: false: it finds nothing to compute on.
  static func make(named name: String, hasDevice: Bool = true, in folder: TemporaryFolder) throws -> String {
    try FakeLibrary.make(source(isDevice: hasDevice), named: name, in: folder)
  }

  private static func source(isDevice: Bool) -> String {
    """
    typedef unsigned long size;
    struct Base { const void **(*get)(unsigned version); const char *(*version)(void); };
    static const void **api;
    static const char *name(const void *self) { return "LikenessTestProvider"; }
    static const char *vendor(const void *self) { return "Likeness"; }

    typedef struct { unsigned version; const char *(*name)(const void *);
      void *(*capability)(void *, const void *, void *);
      void *(*compile)(void *, const void **, const void **, size, void **, void **);
      void (*release)(void *, void **, size); const void *later[40]; } Provider;
    static void *capability(void *self, const void *graph, void *support) { return 0; }
    static void *compile(void *self, const void **graphs, const void **nodes, size n, void **out, void **made) {
      return 0;
    }
    static void forget(void *self, void **infos, size n) {}
    static Provider provider = {23, name, capability, compile, forget};

    static void *devices(void *self, const void *const *found, size n, void **out, size room, size *count) {
      int (*type)(const void *) = (int (*)(const void *))api[307];
      const void **more = ((const void **(*)(void))api[317])();
      void *(*make)(void *, const void *, const void *, const void *, void **) = (void *)more[0];
      *count = 0;
      for (size i = 0; i < n && *count < room && \(isDevice ? 1 : 0); i++) {
        if (type(found[i]) != 0) continue;
        void *failure = make(self, found[i], 0, 0, &out[*count]);
        if (failure) return failure;
        *count += 1;
      }
      return 0;
    }
    static void *create(void *self, const void *const *d, const void *const *m, size n, const void *o, const void *l,
                        void **out) {
      *out = &provider;
      return 0;
    }
    static void release(void *self, void *made) {}
    static unsigned vendor_id(const void *self) { return 0; }
    static const char *version(const void *self) { return "1.0.0"; }
    static void *none(void) { return 0; }
    static struct { unsigned version; const char *(*name)(const void *); const char *(*vendor)(const void *);
      void *(*devices)(void *, const void *const *, size, void **, size, size *);
      void *(*create)(void *, const void *const *, const void *const *, size, const void *, const void *, void **);
      void (*release)(void *, void *); unsigned (*vendor_id)(const void *); const char *(*release_name)(const void *);
      const void *later[40]; } factory = {23, name, vendor, devices, create, release, vendor_id, version,
      {none, none, none, none, none, none}};

    void *CreateEpFactories(const char *as, const struct Base *base, const void *log, void **out, size room, size *n) {
      api = base->get(23);
      out[0] = &factory;
      *n = 1;
      return 0;
    }
    void *ReleaseEpFactory(void *made) { return 0; }
    """
  }
}
