#!/usr/bin/env bash
# Checks and times the cuda engine on the GPU of this machine, from what pack.sh packed:
#   run.sh check    every operation against the reference (a minute), then each one's time
#   run.sh first    GPT-2 and nanoGPT's baby, a few steps each, beside PyTorch
#   run.sh full     the table: training to a likelihood, longer runs
# Writes to $OUT (default: out). What fails is said, and the rest runs on.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${OUT:-out}
mkdir -p "$out"
work=$(mktemp -d)
if [ -e "$here/jre.tar.gz" ]; then
  tar -C "$work" -xzf "$here/jre.tar.gz"
  java=$work/jre/bin/java
else
  java=java
fi
jvm() {
  "$java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -Xmx16g -cp "$here/chainrule.jar:$here/lib/*" "$@"
}
# part SECONDS NAME COMMAND...: a part of the run, with its output in a file
part() {
  local seconds=$1 name=$2
  shift 2
  echo "== $name"
  local begun=$SECONDS
  export -f jvm
  ( "$@" ) >"$out/$name.txt" 2>&1 &
  local pid=$!
  ( sleep "$seconds"; kill "$pid" 2>/dev/null; pkill -P "$pid" 2>/dev/null ) &
  local watch=$!
  wait "$pid"
  local rc=$?
  kill "$watch" 2>/dev/null
  echo "   ended with $rc after $((SECONDS - begun)) s"
  tail -n "${LINES_SHOWN:-12}" "$out/$name.txt" | cut -c1-300
}
python=$(command -v python3 || command -v python || true)
nvidia-smi >"$out/nvidia-smi.txt" 2>&1
nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm --format=csv,noheader
if [ -n "$python" ]; then
  # PyTorch's wheels bring CUDA's libraries; a Python that is not in a usual place says where.
  libs=$("$python" -c 'import glob,os,sys
for p in sys.path:
    for d in glob.glob(os.path.join(p,"nvidia","*","lib")): print(d)' 2>/dev/null | paste -sd:)
  export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}${libs:+:$libs}"
fi
peer() { "$python" "$here/gpt_gpu.py" "$@"; }
training=dev.chainrule.experiments.gpu.GptTraining
case ${1:-check} in
  check)
    LINES_SHOWN=40 part "${CHECK_SECONDS:-100}" check jvm dev.chainrule.core.kernel.GpuCheck check
    LINES_SHOWN=80 part 60 timings jvm dev.chainrule.core.kernel.GpuCheck time 16384 10
    ;;
  first)
    part 60 gpt2 jvm $training gpt2 16 15 bfloat16
    part 40 baby jvm $training baby 64 60 bfloat16
    part 90 peer-gpt2 peer gpt2 16 15
    part 60 peer-baby peer baby 64 60
    ;;
  full)
    part 120 gpt2 jvm $training gpt2 16 60 bfloat16
    part 60 gpt2-float32 jvm $training gpt2 16 8 float32
    part 60 baby jvm $training baby 64 500 bfloat16
    part 150 peer-gpt2 peer gpt2 16 60
    part 90 peer-baby peer baby 64 500
    if command -v compute-sanitizer >/dev/null; then
      part 120 sanitizer compute-sanitizer "$java" --add-modules jdk.incubator.vector \
        --enable-native-access=ALL-UNNAMED -cp "$here/chainrule.jar:$here/lib/*" $training tiny 4 3 bfloat16
    fi
    ;;
  tiny)
    part 200 check jvm dev.chainrule.core.kernel.GpuCheck time 8 1
    part 60 tiny jvm $training tiny 4 6 bfloat16
    ;;
  *)
    echo "$1, expected check, first, full or tiny" >&2
    exit 2
    ;;
esac
rm -rf "$work"
