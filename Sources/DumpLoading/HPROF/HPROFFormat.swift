import ReferenceGraph

/// HPROF, as JVMs and Android write it.
enum HPROFFormat: DumpFormat {
  static let policies = HPROFPolicies.retaining + HPROFPolicies.cycles

  static func matches(_ header: UnsafeRawBufferPointer) -> Bool { header.starts(with: HPROFHeader.magic.utf8) }

  static func load(_ input: InputSource, options: LoadOptions, progress: WorkProgress) throws(LoadError) -> Heap {
    try HPROFLoader(input: input, options: options, progress: progress).load()
  }
}
