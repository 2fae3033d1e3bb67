#!/usr/bin/env bash
# Packs what a machine with a GPU and without a JDK or Maven needs to check and time the cuda engine,
# into target/gpu: a small Java run-time image, the compiled classes and the few jars they use. Run
# `mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath` first, or name
# folders of classes in CLASSES and jars in JARS (colons between).
set -euo pipefail
cd "$(dirname "$0")/../.."
java_home=${JAVA_HOME:?set JAVA_HOME to a JDK 25}
out=target/gpu
rm -rf "$out"
mkdir -p "$out/lib"
classes=${CLASSES:-$(ls -d ./*/target/classes core/target/test-classes | paste -sd:)}
jars=${JARS:-$(cat ./*/target/classpath | tr '\n' ':')}
tr : '\n' <<<"$classes" | while read -r folder; do
  "$java_home/bin/jar" --update --file "$out/chainrule.jar" -C "$folder" dev 2>/dev/null ||
    "$java_home/bin/jar" --create --file "$out/chainrule.jar" -C "$folder" dev
done
# ND4J's interfaces, without its native libraries: the types that tensors convert to
for name in nd4j-api nd4j-common slf4j-api slf4j-jdk14 commons-math3 jackson-core jackson-databind \
  jackson-annotations assertj-core byte-buddy junit-jupiter-api junit-jupiter-params apiguardian-api \
  opentest4j junit-platform-commons guava; do
  tr : '\n' <<<"$jars" | { grep "/$name-[0-9]" || true; } | head -1 | xargs -r -I{} cp {} "$out/lib/"
done
"$java_home/bin/jlink" --add-modules \
  java.base,java.logging,java.management,jdk.incubator.vector,jdk.management,jdk.unsupported \
  --strip-debug --no-header-files --no-man-pages --compress zip-6 --output "$out/jre" 2>/dev/null
tar -C "$out" -czf "$out/jre.tar.gz" jre
rm -rf "$out/jre"
cp experiments/gpu/run.sh experiments/peers/gpt_gpu.py "$out/"
du -sh "$out"
