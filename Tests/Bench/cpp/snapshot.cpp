// snapshot NODES FILE: writes a V8 heap snapshot as Node.js 20 lays it out, of about that many nodes and 2.75 times the
// references: sessions with items, functions, and their contexts, all in cycles, held by one Map.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <initializer_list>

enum Type { hidden, array, string, object, code, closure, regexp, number, native, synthetic };
enum Edge { context, element, property, internal, hiddenEdge, shortcut, weak };

static const char *const names[] = {
  "<dummy>", "", "(GC roots)", "(Stack roots)", "global", "Map", "(object elements)", "system / Map", "Session",
  "Array", "Item", "onMessage", "system / Context", "heap number", "(shared function info)", "system / NativeContext",
  "map", "id", "items", "handler", "next", "elements", "owner", "value", "context", "shared", "self", "previous",
  "table", "sessions", "feedback_cell", "frame",
};
static uint64_t name(const char *text) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!strcmp(names[i], text)) return i;
  }
  abort();
}

// Whole numbers and commas through a buffer of its own: printf would take a minute.
struct Writer {
  FILE *file;
  char buffer[1 << 16];
  size_t used = 0;
  bool first = true;
  explicit Writer(FILE *f) : file(f) {}
  void flush() {
    if (fwrite(buffer, 1, used, file) != used) exit(3);
    used = 0;
  }
  void put(uint64_t value) {
    char digits[20];
    int n = 0;
    do digits[n++] = '0' + value % 10;
    while (value /= 10);
    while (n) buffer[used++] = digits[--n];
  }
  // A record on a line of its own.
  template <typename... Values> void record(Values... values) {
    if (used > sizeof buffer - 512) flush();
    if (!first) buffer[used++] = '\n', buffer[used++] = ',';
    first = false;
    bool comma = false;
    for (uint64_t value : {(uint64_t)values...}) {
      if (comma) buffer[used++] = ',';
      comma = true;
      put(value);
    }
  }
};

// Nodes before the sessions.
enum { root, gcRoots, stackRoots, global, registry, table, mapOfMaps, mapOfSessions, nativeContext, shared, fixedNodes };
// Nodes of a session, one after the other.
enum { session, text, list, elements, item0, item1, item2, item3, handler, scope, value0, value1, perSession };

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  uint64_t sessions = strtoull(argv[1], 0, 10) / perSession;
  FILE *file = fopen(argv[2], "wb");
  if (!file || !sessions) return 3;
  uint64_t nodeCount = fixedNodes + sessions * perSession, edgeCount = 13 + sessions * 34;
  fprintf(file,
    "{\"snapshot\":{\"meta\":{\"node_fields\":[\"type\",\"name\",\"id\",\"self_size\",\"edge_count\",\"trace_node_id\","
    "\"detachedness\"],\"node_types\":[[\"hidden\",\"array\",\"string\",\"object\",\"code\",\"closure\",\"regexp\","
    "\"number\",\"native\",\"synthetic\",\"concatenated string\",\"sliced string\",\"symbol\",\"bigint\",\"object shape\"],"
    "\"string\",\"number\",\"number\",\"number\",\"number\",\"number\"],\"edge_fields\":[\"type\",\"name_or_index\","
    "\"to_node\"],\"edge_types\":[[\"context\",\"element\",\"property\",\"internal\",\"hidden\",\"shortcut\",\"weak\"],"
    "\"string_or_number\",\"node\"],\"location_fields\":[\"object_index\",\"script_id\",\"line\",\"column\"]},"
    "\"node_count\":%llu,\"edge_count\":%llu,\"trace_function_count\":0},\n\"nodes\":[",
    (unsigned long long)nodeCount, (unsigned long long)edgeCount);
  Writer out(file);
  uint64_t id = 1, dynamic = sizeof names / sizeof *names;
  auto node = [&](Type type, uint64_t name, uint64_t size, uint64_t edges) {
    out.record(type, name, id, size, edges, 0, 0);
    id += 2;
  };
  node(synthetic, name(""), 0, 2);
  node(synthetic, name("(GC roots)"), 0, 1);
  node(synthetic, name("(Stack roots)"), 0, 1);
  node(object, name("global"), 40, 2);
  node(object, name("Map"), 32, 2);
  node(array, name("(object elements)"), 16 + 24 * sessions, sessions);
  node(hidden, name("system / Map"), 80, 1);
  node(hidden, name("system / Map"), 80, 2);
  node(object, name("system / NativeContext"), 2000, 1);
  node(code, name("(shared function info)"), 72, 1);
  for (uint64_t i = 0; i < sessions; i++) {
    node(object, name("Session"), 56, 6);
    node(string, dynamic + i, 32, 1);
    node(object, name("Array"), 32, 2);
    node(array, name("(object elements)"), 48, 5);
    for (int k = 0; k < 4; k++) node(object, name("Item"), 40, 3);
    node(closure, name("onMessage"), 64, 4);
    node(object, name("system / Context"), 32, 1);
    for (int k = 0; k < 2; k++) node(number, name("heap number"), 16, 1);
  }
  out.flush();
  fputs("],\n\"edges\":[", file);
  out.first = true;
  auto edge = [&](Edge type, uint64_t name, uint64_t target) { out.record(type, name, target * 7); };
  edge(element, 1, gcRoots);
  edge(shortcut, name("global"), global);
  edge(element, 0, stackRoots);
  edge(internal, name("frame"), registry);
  edge(property, name("sessions"), registry);
  edge(internal, name("map"), mapOfMaps);
  edge(internal, name("map"), mapOfMaps);
  edge(internal, name("table"), table);
  for (uint64_t i = 0; i < sessions; i++) edge(element, i, fixedNodes + i * perSession);
  edge(internal, name("map"), mapOfMaps);
  edge(internal, name("map"), mapOfMaps);
  edge(internal, name("context"), nativeContext);
  edge(internal, name("map"), mapOfMaps);
  edge(internal, name("map"), mapOfMaps);
  for (uint64_t i = 0; i < sessions; i++) {
    uint64_t base = fixedNodes + i * perSession;
    // Lists of 100 sessions.
    uint64_t next = i % 100 ? base - perSession : base;
    edge(internal, name("map"), mapOfSessions);
    edge(property, name("id"), base + text);
    edge(property, name("items"), base + list);
    edge(property, name("handler"), base + handler);
    edge(property, name("next"), next);
    edge(internal, name("elements"), base + elements);
    edge(internal, name("map"), mapOfMaps);
    edge(internal, name("map"), mapOfMaps);
    edge(internal, name("elements"), base + elements);
    edge(internal, name("map"), mapOfMaps);
    for (int k = 0; k < 4; k++) edge(element, k, base + item0 + k);
    for (int k = 0; k < 4; k++) {
      edge(internal, name("map"), mapOfMaps);
      edge(property, name("owner"), base + session);
      edge(property, name("value"), base + value0 + k / 2);
    }
    edge(internal, name("map"), mapOfMaps);
    edge(internal, name("context"), base + scope);
    edge(internal, name("shared"), shared);
    edge(internal, name("feedback_cell"), mapOfMaps);
    edge(context, name("self"), base + session);
    edge(internal, name("map"), mapOfMaps);
    edge(internal, name("map"), mapOfMaps);
  }
  out.flush();
  fputs("],\n\"locations\":[", file);
  out.first = true;
  for (uint64_t i = 0; i < sessions; i++) out.record((fixedNodes + i * perSession + handler) * 7, 5, 41, 12);
  out.flush();
  fputs("],\n\"strings\":[", file);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) fprintf(file, "%s\"%s\"", i ? ",\n" : "", names[i]);
  for (uint64_t i = 0; i < sessions; i++) fprintf(file, ",\n\"session %llu of user \\u00e9 %llu\"", (unsigned long long)i, (unsigned long long)(i % 999));
  fputs("]}\n", file);
  return fclose(file) ? 3 : 0;
}
