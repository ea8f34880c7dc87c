#!/bin/sh
# Compiles jvm-leaks, runs it, dumps its heap and packs the dump: jvm-leaks.hprof.gz in this folder.
# Needs a JDK (17 made the one that is here; JAVA_HOME for another one than that on the PATH).
set -eu
cd "$(dirname "$0")"
here=$PWD
bin=${JAVA_HOME:+$JAVA_HOME/bin/}

# A folder with a plain name: the dump keeps a copy of the paths that the program was started with.
work=$(mktemp -d /tmp/jvm-leaks-XXXXXX)
trap 'rm -rf "$work"' EXIT
"${bin}javac" -g -d "$work" JvmLeaks.java Plugin.java
# Not a class file to the loader of the application: each plugin loader defines it again.
mv "$work/Plugin.class" "$work/Plugin.bin"

cd "$work"
mkfifo input
# An empty environment, a small heap that is collected when the program asks, no temporary files of the runtime.
env -i PATH="$PATH" "${bin}java" -XX:+UseSerialGC -Xms48m -Xmx48m -XX:-UsePerfData -cp . JvmLeaks \
  <input >output &
exec 3>input
while ! grep -q ready output; do
  kill -0 $! 2>/dev/null || { cat output; exit 1; }
  sleep 0.2
done
pid=$(sed -n 's/^ready //p' output)
# Not "live": what no root reaches stays in the dump.
"${bin}jmap" -dump:format=b,file="$work/jvm-leaks.hprof" "$pid"
"${bin}jmap" -histo "$pid" >histogram
exec 3>&-
wait || true
gzip -9n jvm-leaks.hprof
chmod 644 jvm-leaks.hprof.gz
mv jvm-leaks.hprof.gz "$here"
ls -l "$here/jvm-leaks.hprof.gz"
