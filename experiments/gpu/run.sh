#!/usr/bin/env bash
# Checks and times the cuda engine on the GPU of this machine, from what pack.sh packed:
#   run.sh check    every operation against the reference (a minute), then each one's time
#   run.sh first    GPT-2 and nanoGPT's baby, a few steps each, beside PyTorch
#   run.sh full     all goals of docs/gpu.md in at most $SECONDS_IN_ALL (720) seconds, and their table
#   run.sh dry      the same parts at tiny sizes, for a try where a stand-in is in the GPU's place
# Writes to $OUT (default: out); PYTHON names a Python with PyTorch. Each part has a time limit of its
# own: what fails or hangs is said, and the rest runs on; the last lines name what failed, with exit
# code 1. The table is written anew after each part, so that one stands where the run is ended early.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${OUT:-out}
in_all=${SECONDS_IN_ALL:-720}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -e "$here/jre.tar.gz" ]; then
  tar -C "$work" -xzf "$here/jre.tar.gz"
  java=$work/jre/bin/java
else
  java=java
fi
jvm() {
  "$java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -Xmx16g -cp "$here/lib/*" "$@"
}
chainrule() { jvm dev.chainrule.experiments.Main "$@"; }
peer() { "$python" "$here/gpt_gpu.py" "$@"; }
sanitized() {
  compute-sanitizer "$java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -cp "$here/lib/*" "$@"
}
# part SECONDS NAME COMMAND...: a part of the run, with its output in a file; it and all that it
# started end after so many seconds, or when the time of the whole run is over.
part() {
  local seconds=$1 name=$2
  shift 2
  local left=$((in_all - SECONDS))
  if [ "$left" -lt 5 ]; then
    echo "== $name: no time left"
    failed+=("$name")
    return
  fi
  echo "== $name"
  local begun=$SECONDS
  timeout -k 5 "$((seconds < left ? seconds : left))" bash -c '"$@"' part "$@" >"$out/$name.txt" 2>&1
  local rc=$?
  echo "   ended with $rc after $((SECONDS - begun)) s"
  echo "$rc $((SECONDS - begun))" >"$out/$name.ended"
  tail -n "${LINES_SHOWN:-12}" "$out/$name.txt" | cut -c1-300
  [ "$rc" -eq 0 ] || failed+=("$name")
  [ -z "${gpt:-}" ] || table >"$out/table.md"
}
# The same of what needs PyTorch
peer_part() {
  if [ -n "$torch" ]; then
    part "$@"
  else
    echo "== $2: no PyTorch in ${python:-any Python}"
  fi
}
failed=()
python=${PYTHON:-$(command -v python3 || command -v python || true)}
nvidia-smi >"$out/nvidia-smi.txt" 2>&1
device=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | head -1)
echo "${device:-no nvidia-smi}"
if [ -n "$python" ]; then
  # PyTorch's wheels bring CUDA's libraries; a Python that is not in a usual place says where.
  libs=$("$python" -c 'import glob,os,sys
for p in sys.path:
    for d in glob.glob(os.path.join(p,"nvidia","*","lib")): print(d)' 2>/dev/null | paste -sd:)
  export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}${libs:+:$libs}"
fi
torch=$([ -n "$python" ] && "$python" -c 'import torch; print(torch.__version__)' 2>/dev/null)
export -f jvm chainrule peer sanitized
export here java python
export CHAINRULE_DATA="${CHAINRULE_DATA:-$here/data}"
training=dev.chainrule.experiments.gpu.GptTraining
sampling=dev.chainrule.experiments.gpu.GpuSampling
check=dev.chainrule.core.kernel.GpuCheck

# --- the table ---------------------------------------------------------------------------------

# result NAME: what a part measured by that name; nothing where it did not come so far
result() {
  cat "$out"/*.txt 2>/dev/null | awk -v name="$1" '$1 == "RESULT" && $2 == name { value = $3 } END { print value }'
}
# field PART KEY: a number of the JSON object that a command printed
field() {
  sed -n 's/.*"'"$2"'" *: *\([-0-9.eE]*\).*/\1/p' "$out/$1.txt" 2>/dev/null | tail -1
}
# said PART PATTERN: the last text of a part's output that the pattern matches
said() { grep -o -E "$2" "$out/$1.txt" 2>/dev/null | tail -1; }
# of FORMAT EXPRESSION VALUE...: an expression over v[1], v[2], ...; nothing where a value is lacking
of() {
  local format=$1 expression=$2 value
  shift 2
  for value; do
    [ -n "$value" ] || return 0
  done
  awk -v values="$*" 'BEGIN { split(values, v, " "); printf "'"$format"'", '"$expression"' }'
}
measured() {
  local text
  text=$(of "$1" 'v[1]' "$2")
  echo "${text:-not measured}"
}
decoders() {
  if [ -s "$out/decoding.txt" ]; then
    echo "$(grep -c '^right ' "$out/decoding.txt") right, $(grep -c '^FAILED ' "$out/decoding.txt") not"
  fi
}
row() { printf '| %s | %s | %s |\n' "$1" "$2" "${3:-not measured}"; }
table() {
  local ours peer peak bandwidth
  echo "On ${device:-a machine without nvidia-smi}:"
  echo
  row what goal measured
  row --- --- ---
  row 'all operations against the reference' 'no failure' "$(said check '[0-9]+ checks, [0-9]+ failures')"
  row 'likelihoods of series against the processor' 'they agree' "$(said likelihoods '[0-9]+ likelihoods agree')"
  row 'decoders against the reference, which recomputes' '3 are right' "$(decoders)"
  row 'a training run under compute-sanitizer' 'no error' "$(said sanitizer 'ERROR SUMMARY: [0-9]+ errors?')"
  ours=$(result "train.$gpt.bfloat16.tokens_per_second")
  peer=$(result "peer.$gpt.compiled.tokens_per_second")
  peak=$(result peak.bfloat16.tflops)
  row "GPT-2 124M, batch $gpt_batch x 1,024, bfloat16, tokens a second" '0.9 of PyTorch compiled' \
    "$(measured '%.0f' "$ours")$(of '; PyTorch %.0f' 'v[1]' "$peer")$(of ': %.2f of it' 'v[1] / v[2]' "$ours" "$peer")"
  row 'its share of the peak of products in bfloat16' '35 %' \
    "$(of '%.0f %% of %.0f TFLOP/s' '100 * v[1] / v[2], v[2]' "$(result "train.$gpt.bfloat16.tflops")" "$peak")"
  row "baby character model, $baby_steps steps" '1.47 in 2 minutes' \
    "$(of '%.3f' 'v[1]' "$(field baby best_validation_nll)")$(of ' in %.0f s' 'v[1]' "$(field baby seconds)")"
  ours=$(result decode.tokens_per_second)
  peer=$(result peer.decode.tokens_per_second)
  bandwidth=$(result peak.memory.gb_per_second)
  row 'GPT-2 124M decoding, one stream, tokens a second' '3 times PyTorch eager with cache' \
    "$(measured '%.0f' "$ours")$(of '; PyTorch %.0f' 'v[1]' "$peer")$(of ': %.2f times it' 'v[1] / v[2]' "$ours" "$peer")"
  row 'its share of what reading the weights allows' 'a half' \
    "$(of '%.0f %% of %.0f GB/s' '100 * v[1] * v[2] / (v[3] * 1e9), v[3]' "$ours" "$(result decode.weight_bytes)" "$bandwidth")"
  row "WaveNet, 30 layers, 64/128/256, $streams streams, samples a second for each" '16,000' \
    "$(of '%.0f' 'v[1]' "$(result wavenet.samples_per_second_and_stream)")"
  row "Gated PixelCNN 28 x 28, $images images, seconds" 'under 10' \
    "$(of '%.2f' 'v[1]' "$(result pixelcnn.seconds)")"
  row "Gated PixelCNN on MNIST, $mnist_steps steps, bits per dimension" 'trained there' \
    "$(of '%.3f' 'v[1]' "$(field mnist validation_bits_per_dim)")$(of ' in %.0f s' 'v[1]' "$(field mnist seconds)")"
}

# --- the runs ----------------------------------------------------------------------------------

goals() {
  LINES_SHOWN=20 part 90 check jvm $check check
  part 20 likelihoods jvm dev.chainrule.timeseries.likelihood.CudaLikelihoodTest
  part 45 decoding jvm dev.chainrule.experiments.gpu.Decoding check
  if command -v compute-sanitizer >/dev/null; then
    part 45 sanitizer sanitized $training tiny 4 3 bfloat16
  fi
  part 70 gpt2 jvm $training "$gpt" "$gpt_batch" "$gpt_steps" bfloat16
  peer_part 90 peer-gpt2 peer "$gpt" "$gpt_batch" "$gpt_steps"
  peer_part 20 peer-peak peer peak "$peak_size"
  part 140 baby chainrule text train --data tinyshakespeare "${baby_options[@]}" --engine cuda-bf16 \
    --out "$work/baby" --json
  part 45 decode jvm $sampling decode "$gpt" "$tokens" bfloat16
  peer_part 30 peer-decode peer "$gpt" decode "$tokens"
  part 45 wavenet jvm $sampling wavenet "$wavenet" "$streams" "$samples" bfloat16
  part 60 pixelcnn jvm $sampling pixelcnn "$pixelcnn" "$images" bfloat16
  part 60 mnist chainrule pixelcnn train --data "$mnist_data" "${mnist_options[@]}" --engine cuda-bf16 \
    --out "$work/mnist" --json
  table | tee "$out/table.md"
}
case ${1:-check} in
  check)
    LINES_SHOWN=40 part "${CHECK_SECONDS:-100}" check jvm $check check
    part 30 likelihoods jvm dev.chainrule.timeseries.likelihood.CudaLikelihoodTest
    part 60 decoding jvm dev.chainrule.experiments.gpu.Decoding check
    LINES_SHOWN=80 part 60 timings jvm $check time 16384 10
    ;;
  first)
    part 60 gpt2 jvm $training gpt2 16 15 bfloat16
    part 40 baby jvm $training baby 64 60 bfloat16
    part 60 decoding-times jvm dev.chainrule.experiments.gpu.Decoding time 300
    peer_part 90 peer-gpt2 peer gpt2 16 15
    peer_part 60 peer-baby peer baby 64 60
    ;;
  full)
    gpt=gpt2 gpt_batch=16 gpt_steps=60 peak_size=8192 tokens=256
    baby_steps=5000
    baby_options=(--preset baby --steps $baby_steps --batch-size 64 --micro-batch 64 --eval-every 500)
    wavenet=thirty streams=32 samples=2000 pixelcnn=gated images=1024
    mnist_steps=400 mnist_data=mnist
    mnist_options=(--steps $mnist_steps --batch-size 128 --micro-batch 128 --eval-every 200)
    goals
    ;;
  dry)
    gpt=tiny gpt_batch=4 gpt_steps=4 peak_size=256 tokens=6
    baby_steps=2
    baby_options=(--steps $baby_steps --batch-size 4 --micro-batch 4 --context 8 --width 16 --layers 1
      --heads 1 --validation 0.001)
    wavenet=tiny streams=3 samples=10 pixelcnn=tiny images=3
    mnist_steps=1 mnist_data=$work/t10k-images-idx3-ubyte
    { # the first twenty images
      printf '\0\0\10\3\0\0\0\24\0\0\0\34\0\0\0\34'
      gzip -dc "$CHAINRULE_DATA/mnist/t10k-images-idx3-ubyte.gz" 2>/dev/null | tail -c +17 | head -c 15680
    } >"$mnist_data"
    mnist_options=(--steps $mnist_steps --batch-size 2 --micro-batch 2 --layers 2 --width 4)
    goals
    ;;
  *)
    echo "$1, expected check, first, full or dry" >&2
    exit 2
    ;;
esac
if [ "${#failed[@]}" -gt 0 ]; then
  echo "did not end well: ${failed[*]}"
  exit 1
fi
