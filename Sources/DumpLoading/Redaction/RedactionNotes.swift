/// What stays in a redacted dump and what does not, in words: for the manual page, from the lists that the work is done by.
public enum RedactionNotes {
  /// One thing to say of a format.
  public struct Note: Sendable {
    /// What it is about, a few words.
    public let title: String
    /// Sentences.
    public let text: String
  }

  /// Of all formats, then of each.
  public static var all: [Note] { [common, hprof, hprofNumbers, v8, go, goNumbers, damage] }

  private static let common = Note(
    title: "All formats",
    text:
      "What refers to what, roots, sizes and lengths, addresses and ids, and the names of classes, fields, functions "
      + "and files stay. Texts and numbers that objects hold are gone: command lines, environment variables and system "
      + "properties with them. Who can guess a text may still find that one of its length is there.")

  private static let hprof = Note(
    title: "JVM",
    text:
      "Stay: names of classes, fields, methods, signatures and source files, stack frames with their lines, names of "
      + "Android's heaps, when the dump was written. Zeroed: all other text records, among them constants of the program's "
      + "code; arrays of numbers, bytes and characters, so that names of threads and all strings are zeros of the same "
      + "length; numbers in objects and static fields but for those below; records that refwalk does not read. An array "
      + "whose characters are the name of a class or package of the dump stays: what garbage a class object may hold is "
      + "told by it. Threads that have no stack are no longer grouped by their names. Of a file with several heaps one "
      + "is written.")

  private static var hprofNumbers: Note {
    var texts: [String] = []
    var seen: Set<String> = []
    for rule in HPROFKeptNumbers.rules where seen.insert("\(rule.classes) \(rule.fields)").inserted {
      let isCollection = rule.classes.count > 1 && rule.classes.contains("java.util.AbstractMap")
      let classes = isCollection ? "collections" : rule.classes.joined(separator: ", ")
      texts.append("\(rule.fields.joined(separator: ", ")) of \(classes) (\(rule.what))")
    }
    texts.append(
      "\(HPROFKeptNumbers.foreign.fields.joined(separator: ", ")) of classes in \(HPROFKeptNumbers.foreign.prefix) "
        + "(memory outside of the heap)")
    for (known, fields) in HPROFKeptNumbers.statics {
      texts.append("the static \(fields.joined(separator: ", ")) of \(known) (memory outside of the heap)")
    }
    return Note(
      title: "JVM: numbers that stay",
      text: texts.joined(separator: "; ")
        + "; of a collection that counts in other objects, the numbers in these. What holds for a class holds for those "
        + "below it.")
  }

  private static let v8 = Note(
    title: "V8",
    text:
      "Stay: names of constructors, functions, variables, scripts, of the engine's slots, places in scripts, stacks of "
      + "allocations, indices of elements, and names of properties that could stand in code: letters, digits and _ $ #, "
      + "or letters and hyphens. Other names of properties, such as addresses of mail that are keys, become a * with as "
      + "many characters behind it, and so do those of 16 characters or more of which a quarter are digits. A key that "
      + "looks like a name in code stays. What objects hold becomes as many x: strings, numbers, patterns, descriptions "
      + "of symbols, attributes of elements, what stands behind the ? of an address, what a data: address holds. A text "
      + "that is a name in code too stays in objects that hold it. Texts that say what a script or module is called, and "
      + "what a module exports, stay. Other members of the file are left out. Bun's snapshots in V8's form are V8's; those "
      + "in JavaScriptCore's own form, and Julia's, are refused.")

  private static let go = Note(
    title: "Go",
    text: "Stay: names of types, functions and files, states of goroutines and how long they have waited, memory "
      + "statistics, samples of allocations, the words that the dump calls pointers, the type word in front of large "
      + "objects, and words on stacks that may be pointers into the heap. Zeroed: all else in objects, variables and "
      + "stacks. With the executable (given, beside the dump, or given before) the words below stay too; without it "
      + "lengths are zeros, and the redacted dump is to be read without one.")

  private static var goNumbers: Note {
    var texts = [
      "lengths and capacities of strings and slices", "the types of what interfaces hold", "the code of closures",
      "which slots of a map have an entry (not the bits of the hashes)",
      "of objects without pointers and without a type the place of the last byte that is not zero, which becomes 1",
    ]
    for (role, fields) in GoTypeWords.fields.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      let what =
        switch role {
        case .swissMap, .oldMap: "maps"
        case .swissTable: "tables of maps"
        case .swissGroups: "groups of maps"
        case .channel: "channels"
        case .pool: "sync.Pool"
        case .trieNode: "nodes of sync.Map"
        default: "\(role)"
        }
      texts.append("\(fields.joined(separator: ", ")) of \(what)")
    }
    texts.append("\(GoTypeWords.timerField) of timers")
    return Note(title: "Go, with the executable: words that stay", text: texts.joined(separator: "; ") + ".")
  }

  private static let damage = Note(
    title: "Dumps that are cut or damaged",
    text: "Written up to the last whole record, with a warning. What was not understood is never copied.")
}
