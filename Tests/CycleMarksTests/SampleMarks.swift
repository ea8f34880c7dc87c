import CycleMarks

/// A mark on a cycle whose first object is at `address`.
func sampleMark(
  _ address: UInt64, verdict: Verdict = .suspect, note: String = "", at time: Int = 1_700_000_000
) -> Mark {
  Mark(
    target: .cycle(shape: "00112233aabbccdd", first: address), verdict: verdict, note: note, title: "Session ⇄ Handler",
    witness: ["Session .handler", "Handler .session"], ring: [address, address + 64], objects: 2, retained: 4096,
    root: "global main.sessions", made: time, dump: "app.heapdump")
}
