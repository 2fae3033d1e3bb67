#!/usr/bin/env bash
# Packs what a machine with a GPU and without a JDK or Maven needs to check and time the cuda engine,
# into target/gpu: a small Java run-time image, the compiled classes, the few jars they use, and the
# data of CHAINRULE_DATA that the goals name. Run
# `mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath` first, or name
# folders of classes in CLASSES and jars in JARS (colons between).
set -euo pipefail
cd "$(dirname "$0")/../.."
java_home=${JAVA_HOME:?set JAVA_HOME to a JDK 25}
out=target/gpu
rm -rf "$out"
mkdir -p "$out/lib" "$out/data"
classes=${CLASSES:-$(ls -d ./*/target/classes {core,timeseries}/target/test-classes | paste -sd:)}
jars=${JARS:-$(cat ./*/target/classpath | tr '\n' ':')}
# A jar for each folder of classes, named by its module: services of several keep files of their own.
tr : '\n' <<<"$classes" | while read -r folder; do
  module=$(cd "$folder/../.." && basename "$PWD")
  "$java_home/bin/jar" --create --file "$out/lib/chainrule-$module-$(basename "$folder").jar" -C "$folder" .
done
# ND4J's interfaces, without its native libraries: the types that tensors convert to
for name in nd4j-api nd4j-common slf4j-api slf4j-jdk14 commons-math3 jackson-core jackson-databind \
  jackson-annotations assertj-core junit-jupiter-api junit-jupiter-params apiguardian-api \
  opentest4j junit-platform-commons guava picocli progressbar jline-terminal jline-native \
  snakeyaml-engine fastcsv javacpp jspecify; do
  tr : '\n' <<<"$jars" | { grep "/$name-[0-9]" || true; } | { grep -v linux- || true; } | head -1 |
    xargs -r -I{} cp {} "$out/lib/"
done
for name in tinyshakespeare.txt mnist; do
  if [ -e "${CHAINRULE_DATA:-}/$name" ]; then
    cp -r "$CHAINRULE_DATA/$name" "$out/data/"
  fi
done
chmod -R u+w "$out/data"
"$java_home/bin/jlink" --add-modules \
  java.base,java.logging,java.management,java.net.http,java.xml,jdk.httpserver,jdk.incubator.vector,jdk.management,jdk.unsupported \
  --strip-debug --no-header-files --no-man-pages --compress zip-9 --output "$out/jre" 2>/dev/null
tar -C "$out" -czf "$out/jre.tar.gz" jre
rm -rf "$out/jre"
cp experiments/gpu/run.sh experiments/peers/gpt_gpu.py "$out/"
du -sh "$out"
