import ReferenceGraph

/// Whose code objects and roots are, and which roots are alike.
extension HPROFDetails {
  /// Of a class object that of the class it stands for.
  func owner(of object: ObjectID) -> CodeOwner {
    guard object != .root, object.index <= graph.objectCount else { return .unknown }
    if archive.objects.contains(object) { return .runtime }
    let number = Int(graph.classOfObject[object.index])
    guard number == reader.table.javaLangClass else { return owners[number] }
    let known = reader.table.index(of: graph.addresses.address(of: object))
    return known < 0 ? .runtime : owners[known]
  }

  /// Of a thread whether code of the program is on its stack, else whose class it is.
  func owner(ofRoot index: Int) -> CodeOwner {
    guard graph.roots.indices.contains(index) else { return .unknown }
    let root = graph.roots[index]
    let record = rootRecord(index)
    switch record?.tag {
    case HPROFItem.rootThread?:
      return programFrame(ofThread: record!.thread) != nil ? .program : owner(of: root.target)
    case HPROFItem.rootFrame?, HPROFItem.rootJNILocal?:
      guard let frame = threads.frame(record!.frame, ofThread: record!.thread) else { return owner(of: root.target) }
      return owner(ofFrame: frame)
    default: return owner(of: root.target)
    }
  }

  /// Threads that are in one method of the program, local variables of one method, references of native code to
  /// objects of one class.
  func group(ofRoot index: Int) -> RootGroup? {
    guard graph.roots.indices.contains(index), let record = rootRecord(index) else { return nil }
    let root = graph.roots[index]
    switch record.tag {
    case HPROFItem.rootThread:
      return groupName(ofThread: record).map { RootGroup(name: $0, member: UInt64(record.thread)) }
    case HPROFItem.rootFrame, HPROFItem.rootJNILocal:
      guard threads.frame(record.frame, ofThread: record.thread) != nil else { return nil }
      return RootGroup(name: graph.rootNames[root.name], member: UInt64(record.thread))
    case HPROFItem.rootJNIGlobal
    where !archive.objects.contains(root.target) && reader.table.index(of: record.object) < 0:
      return RootGroup(name: "JNI globals \(graph.objectClass(of: root.target).name)", member: UInt64(index))
    default: return nil
    }
  }

  /// The root as the dump has it; nil for one that the dump only implies.
  private func rootRecord(_ index: Int) -> HPROFCatalog.RootRecord? {
    guard roots.records.indices.contains(index), roots.records[index] >= 0 else { return nil }
    return reader.catalog.roots[roots.records[index]]
  }

  private func owner(ofFrame id: UInt64) -> CodeOwner {
    reader.catalog.frames[id].map { owners.owner(ofSerial: $0.classSerial) } ?? .unknown
  }

  /// The innermost frame of a thread that is the program's.
  private func programFrame(ofThread serial: UInt32) -> UInt64? {
    threads.frames(ofThread: serial).first { owner(ofFrame: $0) == .program }
  }

  /// `threads in shop.Importer.read(Importer.java:57)`; where no code of the program is on the stack the innermost
  /// frame that does more than wait; where there is no stack, the name without its number.
  private func groupName(ofThread record: HPROFCatalog.RootRecord) -> String? {
    let frames = threads.frames(ofThread: record.thread)
    let isVirtual =
      reader.object(at: record.object).map { reader.table.isSubclass($0.number, of: "java.lang.BaseVirtualThread") }
      ?? false
    let what = isVirtual ? "virtual threads" : "threads"
    if let frame = frames.first(where: { owner(ofFrame: $0) == .program })
      ?? frames.first(where: { !threads.onlyWaits($0) })
    {
      return "\(what) in \(threads.frameText(frame))"
    }
    guard frames.isEmpty, let name = reader.threadName(at: record.object),
      let digit = name.firstIndex(where: \.isNumber)
    else { return nil }
    let rest = name[digit...].drop(while: \.isNumber)
    return "\(what) \"\(name[..<digit])N\(rest.contains(where: \.isNumber) ? "…" : rest)\""
  }
}
