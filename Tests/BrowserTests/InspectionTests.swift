import Foundation
import Layout
import Testing

@testable import Browser

@Suite struct InspectionTests {
  /// A way that comes to an object which stands further up ends there; the arrow goes to where it goes on.
  @Test func pathsAreMerged() throws {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.press("2 Down Down Down Down Enter p")
    let place = browser.model.pane.place
    guard case .paths(.object(let target)) = place else {
      Issue.record("\(place)")
      return
    }
    let merged = try PathTree(to: target, analysis: Samples.goLeaks, merges: true)
    let whole = try PathTree(to: target, analysis: Samples.goLeaks)
    #expect(merged.pathCount == whole.pathCount && merged.nodes.count < whole.nodes.count)
    for node in merged.nodes {
      guard let earlier = node.repeats else { continue }
      #expect(merged.nodes[earlier].object == node.object && merged.nodes[earlier].repeats == nil)
      #expect(node.children.isEmpty && !merged.nodes[earlier].children.isEmpty)
    }
    #expect(whole.nodes.allSatisfy { $0.repeats == nil })
    browser.press("End")
    #expect(browser.selectedLine.contains("↺ as above"))
    let object = browser.model.selectedObject(browser.model.pane)
    browser.press("Right")
    #expect(!browser.selectedLine.contains("↺") && browser.model.selectedObject(browser.model.pane) == object)
    #expect(browser.model.pane.selection == 0)
  }

  @Test func stringsThatAnObjectKeepsAlive() throws {
    var browser = BrowserDriver(Samples.goLeaks)
    browser.worksAtOnce = false
    browser.press("2 Enter")
    browser.work()
    browser.press("Enter Tab Tab Tab")
    #expect(browser.screen.contains("looking for strings …"))
    browser.work()
    #expect(browser.line(6).contains("[Strings 800]") && browser.selectedLine.contains("“session-0000”"))
    browser.press("/ \"session-0007\" Enter")
    #expect(browser.selectedLine.contains("“session-0007”"))
    let id = try #require(browser.model.selectedObject(browser.model.pane))
    #expect(Samples.goLeaks.heap.details.text(of: id, limit: 20)?.text == "session-0007")
    browser.press("Enter")
    #expect(browser.model.pane.place == .object(id))
  }

  @Test func stringsHaveLimits() throws {
    let few = try HeldStrings(below: .root, analysis: Samples.goLeaks, limit: 10)
    #expect(few.entries.count == 10 && few.isCapped)
    let near = try HeldStrings(below: .root, analysis: Samples.goLeaks, visitLimit: 50)
    #expect(near.entries.count < 50 && near.isCapped)
    let all = try HeldStrings(below: .root, analysis: Samples.goLeaks, limit: .max, visitLimit: .max)
    #expect(!all.isCapped)
    // Once each text of the heap; objects may refer to several constants.
    let texts = all.entries.filter { Samples.goLeaks.heap.details.text(of: $0.object, limit: 8) != nil }
    #expect(texts.count > 1000 && Set(texts.map(\.object)).count == texts.count)
    #expect(texts.count < all.entries.count)
  }

  /// A string and the array with its characters are one text.
  @Test func stringsAreListedOnce() throws {
    let analysis = Samples.jvmLeaks
    let all = try HeldStrings(below: .root, analysis: analysis, limit: .max, visitLimit: .max)
    let objects = Set(all.entries.map(\.object))
    #expect(objects.count > 1000)
    for entry in all.entries where analysis.graph.objectClass(of: entry.object).name.hasPrefix("java.lang.String") {
      for place in analysis.graph.references(of: entry.object) {
        let target = analysis.graph.target(of: place)
        guard analysis.graph.objectClass(of: target).flags.contains(.array) else { continue }
        #expect(!objects.contains(target), "\(entry.text)")
      }
    }
  }

  /// Of a local variable the method and its line stay.
  @Test func longNamesOfLocalVariables() throws {
    let model = BrowserDriver(Samples.jvmLeaks).model
    let name = "ScheduledThreadPoolExecutor$DelayedWorkQueue.take(ScheduledThreadPoolExecutor.java:1182) local"
    #expect(model.fittedField(name, width: 100) == name)
    #expect(model.fittedField(name, width: 36) == "Schedule…WorkQueue.take(:1182) local")
    #expect(model.fittedField(name, width: 24) == "Sched…kQueue.take(:1182)")
    #expect(model.fittedField(name, width: 10) == "take(:1182)")
    #expect(model.fittedField("static demo.App.cache", width: 12) == "static cache")
  }

  /// The keys of the screen come first in its help.
  @Test(arguments: ["", "2", "2 Enter", "2 Enter v", "3", "3 T", "4", "4 Enter", "5", "2 Enter p", "2 Enter Enter"])
  func helpBeginsWithThisScreen(place: String) throws {
    var browser = BrowserDriver(Samples.goLeaks, rows: 50, columns: 80)
    browser.press(place)
    let lines = browser.model.helpLines(width: 72).map { $0.map(\.0).joined() }
    let first = try #require(lines.firstIndex { $0.hasPrefix("On this screen") })
    #expect(first <= 7 && first >= 2)
    let binding = try #require(browser.model.keyMap.binding(of: browser.model.footerActions[0]))
    #expect(lines[first + 1].contains(binding.help))
    // Every binding once.
    let text = lines.joined(separator: "\n")
    for binding in KeyMap.standard.bindings {
      #expect(text.components(separatedBy: binding.help).count >= 2, "\(binding.help)")
    }
  }
}
