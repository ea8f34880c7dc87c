import ArgumentParser
import CycleMarks
import GraphAnalysis
import ReferenceGraph
import TextSafety

/// `refwalk classes DUMP`: objects and bytes by class.
struct ClassesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classes", abstract: "Print objects and bytes by class, those that retain most first.")

  @OptionGroup var dump: DumpOptions
  @Option(help: "Form of the output.") var format: TableFormat = .text
  @OptionGroup var top: TopOption
  @Flag(help: "With the unreachable objects; most shallow bytes first.")
  var all = false

  func run() throws {
    let analysis = try OpenedDump.analyse(dump)
    let histogram = all ? analysis.histogram.allRows : analysis.histogram.rows
    let rows = histogram.prefix(top.rows(of: histogram.count, isText: format == .text))
    let classes = analysis.graph.classes
    switch format {
    case .text:
      var output = OutputBuffer()
      var table = TextTable([
        ("retained", .right), ("%", .right), ("shallow", .right), ("objects", .right), ("class", .left),
      ])
      for row in rows {
        table.add([
          ByteCount.text(row.retained), analysis.percent(row.retained), ByteCount.text(row.shallow),
          Count.text(row.objects), classes[row.classIndex].name + outside(row, analysis),
        ])
      }
      table.write(to: &output)
      output.write(remainder(shown: rows.count, of: histogram.count))
      try output.finish()
    case .tsv:
      var output = OutputBuffer()
      output.writeHeader(ClassColumn.self)
      for row in rows {
        let name = SafeText.line(classes[row.classIndex].name)
        output.write("\(name)\t\(row.objects)\t\(row.shallow)\t\(row.retained)\n")
      }
      try output.finish()
    case .json:
      var json = JSONWriter()
      json.list { json in
        for row in rows {
          json.object { json in
            json.pair(ClassColumn.class, classes[row.classIndex].name)
            json.pair(ClassColumn.objects, row.objects)
            json.pair(ClassColumn.shallow, row.shallow)
            json.pair(ClassColumn.retained, row.retained)
            json.pair(ClassKey.outside, analysis.heap.facts.outside.byClass[row.classIndex] ?? 0)
            json.key(ClassKey.sites)
            json.list { json in writeSites(row.classIndex, analysis, to: &json) }
          }
        }
      }
      try json.finish()
    }
  }

  /// What objects of a class stand for outside of the heap, in words.
  private func outside(_ row: ClassHistogram.ClassRow, _ analysis: HeapAnalysis) -> String {
    analysis.heap.facts.outside.byClass[row.classIndex].map { " + \(ByteCount.text($0)) outside of the heap" } ?? ""
  }

  private func writeSites(_ classIndex: Int, _ analysis: HeapAnalysis, to json: inout JSONWriter) {
    guard let sites = analysis.allocationSites else { return }
    for row in sites.rows(ofClass: classIndex).prefix(5) {
      json.object(inline: true) { json in
        json.pair(SiteKey.function, row.site.function)
        json.pair(SiteKey.file, row.site.file)
        json.pair(SiteKey.line, row.site.line)
        json.pair(SiteKey.objects, row.objects)
        json.pair(SiteKey.bytes, row.bytes)
        json.pair(SiteKey.noted, row.noted)
        json.pair(SiteKey.isEstimate, sites.isEstimate)
        json.key(SiteKey.rate)
        json.value(Int(clamping: sites.rate))
      }
    }
  }
}
