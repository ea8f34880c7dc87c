import ReferenceGraph

/// Why the second pass stopped.
enum HPROFLinkFailure: Error {
  /// The runs of records overlap: they do not give the objects in the order of their addresses.
  case outOfOrder
  case failed(LoadError)
}

/// What the second pass made.
struct HPROFRows: ~Copyable {
  var offsets: FlatArray<UInt32>
  var targets: FlatArray<UInt32>
  var fields: FlatArray<UInt32>
  var kinds: FlatArray<UInt8>
  /// By object: for an array the number of its elements, until `HPROFSizes` puts sizes there.
  var sizes: FlatArray<UInt32>
  var classOfObject: FlatArray<UInt32>
  var table: HPROFClassTable
  var gaps: HPROFGaps
  /// The object that stands for the loader of the Java runtime's own classes, when there is one.
  var bootLoader: UInt32?
  /// References to addresses where no object is.
  var strayReferences: Int
  /// Instances whose bytes are fewer than their class has fields for.
  var shortInstances: Int
  /// By class of `table` that has a record: the id of its class object.
  var classObjects: [UInt32]
}

extension HPROFLoader {
  /// Writes the rows of all objects, in the order of their addresses.
  func link(
    _ scan: borrowing HPROFFirstPass, _ classTable: HPROFClassTable, _ roots: HPROFRoots,
    _ bytes: UnsafeRawBufferPointer,
    _ file: MappedFile
  ) throws(HPROFLinkFailure) -> HPROFRows {
    var table = classTable
    let idSize = scan.header.identifierSize
    let count = scan.addresses.count
    progress.begin(2, total: UInt64(bytes.count))
    // Classes of the Java runtime refer to a loader that is no object.
    let hasBootLoader = table.javaLangClassLoader >= 0 && scan.classes.contains { isBoot($0.loader, scan.addresses) }
    let objects = count + (hasBootLoader ? 1 : 0)
    let bootLoader = hasBootLoader ? UInt32(objects) : nil

    let capacity = min(
      scan.referenceBound + roots.roots.count + roots.locals.count + 1, Int(UInt32.max) - 1)
    let offsets = FlatArray<UInt32>(zeroed: objects + 2)
    let targets = FlatArray<UInt32>(zeroed: capacity)
    let fields = FlatArray<UInt32>(zeroed: capacity)
    let kinds = FlatArray<UInt8>(zeroed: capacity)
    let sizes = FlatArray<UInt32>(zeroed: objects + 1)
    let classOfObject = FlatArray<UInt32>(zeroed: objects + 1)
    var classObjects = [UInt32](repeating: 0, count: table.classes.count)
    var gaps = HPROFGaps(classes: 2 * table.classes.count + 2048)

    var next = 0
    for root in roots.roots {
      targets[next] = root.target.rawValue
      fields[next] = UInt32(next)
      kinds[next] = root.reference.rawValue
      next += 1
    }
    offsets[1] = UInt32(next)

    let rootClasses = roots.rootClasses
    for number in table.classes.indices {
      let address = table.classes[number].address
      if rootClasses.contains(address) { table.dropClassReference(number) }
    }
    /// By class: what the loop over instances needs of it.
    var layouts = HPROFLayouts(table)
    let javaLangClass = table.javaLangClass
    let javaLangClassObject =
      javaLangClass >= 0 ? scan.addresses.object(at: table.classes[javaLangClass].address)?.rawValue : nil
    let javaLangClassIsRoot = javaLangClass >= 0 && !table.classes[javaLangClass].hasClassReference
    let strong = ReferenceKind.strong.rawValue

    var id = 0
    var previous: UInt64 = 0
    var stray = 0
    var shortInstances = 0
    var done = 0
    var window = Self.window
    var runNumber = 0
    var lastClassAddress: UInt64 = 0
    var lastClass = -1
    var lastClassObject: UInt32 = 0
    var lastArrayAddress: UInt64 = 0
    var lastArray = -1
    var lastArrayObject: UInt32 = 0
    do {
      for run in scan.runs.runs {
        runNumber &+= 1
        if runNumber & 255 == 0 {
          if progress.isCancelled { throw HPROFLinkFailure.failed(.cancelled) }
          progress.advance(to: UInt64(done))
          if done > window {
            file.giveBackAll()
            window = done + Self.window
          }
        }
        var position = run.offset
        for _ in 0..<run.count {
          guard bytes.count &- position >= 10 &+ 2 &* idSize else { throw ReadProblem.ended }
          let tag = bytes[position]
          let address = bytes.identifier(at: position &+ 1, size: idSize)
          guard address > previous || id == 0 else { throw HPROFLinkFailure.outOfOrder }
          if id > 0 { gaps.close(at: address) }
          previous = address
          id &+= 1
          guard id <= count else { throw ReadProblem.ended }
          switch tag {
          case HPROFItem.instance:
            let classAddress = bytes.identifier(at: position &+ 5 &+ idSize, size: idSize)
            let body = position &+ 9 &+ 2 &* idSize
            let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: body &- 4, as: UInt32.self)))
            guard bytes.count &- body >= length else { throw ReadProblem.ended }
            if classAddress != lastClassAddress || lastClass < 0 {
              lastClass = table.index(of: classAddress)
              if lastClass < 0 {
                lastClass = table.addMissing(classAddress)
                layouts.extend(table)
              }
              lastClassAddress = classAddress
              lastClassObject = 0
              if layouts[lastClass].hasClassReference {
                lastClassObject = layouts[lastClass].classObject
                if lastClassObject == .max {
                  lastClassObject = classObject(lastClass, table, scan.addresses)
                  layouts.setClassObject(lastClassObject, of: lastClass)
                }
              }
            }
            let layout = layouts[lastClass]
            if length < layout.bytes { shortInstances &+= 1 }
            var slot = layout.first
            let end = layout.first &+ layout.count
            while slot < end {
              let reference = layouts.references[slot]
              slot &+= 1
              let offset = Int(reference.offset)
              guard offset &+ idSize <= length else { continue }
              let pointer = bytes.identifier(at: body &+ offset, size: idSize)
              if pointer == 0 { continue }
              guard let target = scan.addresses.object(at: pointer) else {
                stray &+= 1
                continue
              }
              guard next < capacity else { throw HPROFLinkFailure.failed(Self.tooManyReferences) }
              targets[next] = target.rawValue
              fields[next] = reference.offset
              kinds[next] = reference.kind.rawValue
              next &+= 1
            }
            if layout.isThread, let locals = roots.localsOfThread[address] {
              for local in locals where next < capacity {
                targets[next] = roots.locals[local].target.rawValue
                fields[next] = HPROFFieldNumber.locals | UInt32(local)
                kinds[next] = strong
                next &+= 1
              }
            }
            if layout.isThreadGroup {
              markThreads(of: lastClass, table, scan.catalog, bytes, offsets[id]..<UInt32(next), fields, kinds)
            }
            classOfObject[id] = UInt32(truncatingIfNeeded: lastClass)
            gaps.openInstance(address, class: lastClass)
            if lastClassObject != 0, next < capacity {
              targets[next] = lastClassObject
              fields[next] = HPROFFieldNumber.classPointer
              kinds[next] = ReferenceKind.classPointer.rawValue
              next &+= 1
            }
            position = body &+ length
          case HPROFItem.primitiveArray, HPROFItem.primitiveArrayWithoutData:
            let body = position &+ 10 &+ idSize
            let elements = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: body &- 5, as: UInt32.self))
            let type = bytes[body &- 1]
            guard let element = HPROFType(rawValue: type) else { throw ReadProblem.fieldKind(UInt64(type)) }
            let number = table.primitiveArray(type)
            if number >= layouts.count { layouts.extend(table) }
            classOfObject[id] = UInt32(truncatingIfNeeded: number)
            sizes[id] = elements
            gaps.openArray(address, elements: elements, type: type)
            if layouts[number].hasClassReference, next < capacity {
              var object = layouts[number].classObject
              if object == .max {
                object = classObject(number, table, scan.addresses)
                layouts.setClassObject(object, of: number)
              }
              if object != 0 {
                targets[next] = object
                fields[next] = HPROFFieldNumber.classPointer
                kinds[next] = ReferenceKind.classPointer.rawValue
                next &+= 1
              }
            }
            let length = tag == HPROFItem.primitiveArray ? Int(elements) &* element.size(identifier: idSize) : 0
            guard bytes.count &- body >= length else { throw ReadProblem.ended }
            position = body &+ length
          case HPROFItem.objectArray:
            let body = position &+ 9 &+ 2 &* idSize
            let elements = UInt32(
              bigEndian: bytes.loadUnaligned(fromByteOffset: position &+ 5 &+ idSize, as: UInt32.self))
            let classAddress = bytes.identifier(at: position &+ 9 &+ idSize, size: idSize)
            let length = Int(elements) &* idSize
            guard bytes.count &- body >= length else { throw ReadProblem.ended }
            if classAddress != lastArrayAddress || lastArray < 0 {
              lastArray = table.index(of: classAddress)
              if lastArray < 0 { lastArray = table.addMissing(classAddress) }
              lastArray = table.objectArray(lastArray)
              if lastArray >= layouts.count { layouts.extend(table) }
              lastArrayAddress = classAddress
              lastArrayObject = layouts[lastArray].hasClassReference ? classObject(lastArray, table, scan.addresses) : 0
            }
            let number = lastArray
            guard next &+ Int(elements) &+ 1 <= capacity else {
              throw HPROFLinkFailure.failed(Self.tooManyReferences)
            }
            var index: UInt32 = 0
            var place = body
            while index < elements {
              let pointer = bytes.identifier(at: place, size: idSize)
              place &+= idSize
              if pointer != 0 {
                if let target = scan.addresses.object(at: pointer) {
                  targets[next] = target.rawValue
                  fields[next] = index
                  kinds[next] = strong
                  next &+= 1
                } else {
                  stray &+= 1
                }
              }
              index &+= 1
            }
            classOfObject[id] = UInt32(truncatingIfNeeded: number)
            sizes[id] = elements
            gaps.openArray(address, elements: elements, type: HPROFType.object.rawValue)
            if lastArrayObject != 0 {
              targets[next] = lastArrayObject
              fields[next] = HPROFFieldNumber.classPointer
              kinds[next] = ReferenceKind.classPointer.rawValue
              next &+= 1
            }
            position = body &+ length
          case HPROFItem.classDump:
            let number = table.index(of: address)
            guard number >= 0, table.classes[number].record >= 0 else { throw ReadProblem.ended }
            classObjects[number] = UInt32(id)
            classOfObject[id] = UInt32(max(0, javaLangClass))
            let record = scan.classes[table.classes[number].record]
            gaps.openClass(address, class: number)
            var row = HPROFClassRow(
              bytes: bytes, identifierSize: idSize, catalog: scan.catalog, record: record)
            for reference in row.read() {
              let target: UInt32
              if reference.field == HPROFFieldNumber.loader, isBoot(reference.address, scan.addresses) {
                guard let bootLoader else { continue }
                target = bootLoader
              } else if reference.address == 0 {
                continue
              } else if let found = scan.addresses.object(at: reference.address) {
                target = found.rawValue
              } else {
                stray &+= 1
                continue
              }
              guard next < capacity else { throw HPROFLinkFailure.failed(Self.tooManyReferences) }
              targets[next] = target
              fields[next] = reference.field
              kinds[next] = reference.kind.rawValue
              next &+= 1
            }
            if let javaLangClassObject, !javaLangClassIsRoot, next < capacity {
              targets[next] = javaLangClassObject
              fields[next] = HPROFFieldNumber.classPointer
              kinds[next] = ReferenceKind.classPointer.rawValue
              next &+= 1
            }
            position = row.end
          default: throw ReadProblem.ended
          }
          offsets[id + 1] = UInt32(next)
        }
        done &+= position &- run.offset
      }
    } catch let failure as HPROFLinkFailure {
      throw failure
    } catch {
      throw .failed(.cannotRead("it changed while it was read"))
    }
    guard id == count else { throw .outOfOrder }
    file.giveBackAll()
    if let bootLoader {
      classOfObject[bootLoader] = UInt32(table.javaLangClassLoader)
      if table.classes[table.javaLangClassLoader].hasClassReference, next < capacity {
        let object = classObject(table.javaLangClassLoader, table, scan.addresses)
        if object != 0 {
          targets[next] = object
          fields[next] = HPROFFieldNumber.classPointer
          kinds[next] = ReferenceKind.classPointer.rawValue
          next += 1
        }
      }
      offsets[Int(bootLoader) + 1] = UInt32(next)
    }
    return HPROFRows(
      offsets: offsets, targets: targets.shortened(to: next), fields: fields.shortened(to: next),
      kinds: kinds.shortened(to: next), sizes: sizes, classOfObject: classOfObject, table: table, gaps: gaps,
      bootLoader: bootLoader, strayReferences: stray, shortInstances: shortInstances, classObjects: classObjects)
  }

  /// The id of the class object of a class, 0 when the dump has none.
  private func classObject(_ number: Int, _ table: HPROFClassTable, _ addresses: borrowing AddressIndex) -> UInt32 {
    let address = table.classes[number].address
    return address == 0 ? 0 : addresses.object(at: address)?.rawValue ?? 0
  }

  /// Whether a class with this loader belongs to the Java runtime itself: no loader, or one that is no object.
  func isBoot(_ loader: UInt64, _ addresses: borrowing AddressIndex) -> Bool {
    loader == 0 || addresses.object(at: loader) == nil
  }

  /// Marks the list of threads that a thread group keeps: it would join the cycles of all threads into one.
  private func markThreads(
    of number: Int, _ table: HPROFClassTable, _ catalog: HPROFCatalog, _ bytes: UnsafeRawBufferPointer,
    _ references: Range<UInt32>, _ fields: borrowing FlatArray<UInt32>, _ kinds: borrowing FlatArray<UInt8>
  ) {
    for field in table.fields(of: number) where field.type == .object {
      guard let name = catalog.text(field.name, in: bytes), name == "threads" else { continue }
      for reference in references where fields[reference] == UInt32(field.offset) {
        kinds[reference] = ReferenceKind.runtime.rawValue
      }
    }
  }

  static let tooManyReferences = LoadError.tooLarge("more than \(grouped(UInt32.max - 1)) references")
}
