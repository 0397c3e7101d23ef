#!/usr/bin/env bash
# Measures Likeness on this machine's card; lies in the folder that pack.sh has made. Prints a short table last.
#   run.sh [FOLDER FOR RESULTS] [OPTIONS OF likeness benchmark]
# Leaves doctor.txt, full.json, full.txt and machine.txt in the folder (default: results beside this script).
# Without a card: run.sh results --execution-providers cpu --benchmark-resolutions 1080p --benchmark-frames 4
set -uo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
results=$here/results
if [[ $# -gt 0 && $1 != -* ]]; then
  results=$1
  shift
fi
mkdir -p "$results" || exit 1
export LIKENESS_HOME=$here/home

# What the GPU build of ONNX Runtime needs of NVIDIA, wherever it lies on this machine.
libraries=$here/lib:$here/home/lib/cuda
known=$(ldconfig -p 2>/dev/null)
wanted=()
for name in libcudnn.so.9 libcublasLt.so.13 libcurand.so.10 libcudart.so.13 libnvrtc.so.13 libnvinfer.so.10; do
  [[ $known == *"$name "* ]] || wanted+=(-o -name "$name")
done
if ((${#wanted[@]})); then
  while read -r folder; do libraries=$libraries:$folder; done < <(
    find / -xdev \( -path /proc -o -path "$here" \) -prune -o \( -false "${wanted[@]}" \) -printf '%h\n' 2>/dev/null | sort -u)
fi
export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

{
  date -u
  echo "$(nproc) cores"
  if command -v nvidia-smi >/dev/null; then
    nvidia-smi --query-gpu=name,uuid,driver_version,memory.total,compute_cap,mig.mode.current --format=csv
  else
    echo "nvidia-smi is not there"
  fi
} >"$results/machine.txt" 2>&1
cat "$results/machine.txt"
"$here/likeness" doctor --quick 2>&1 | tee "$results/doctor.txt"

# Options that are given come last and win.
"$here/likeness" benchmark --models full --benchmark-resolutions 1080p 2160p --benchmark-frames 600 \
  --report "$results/full.json" "$@" 2>&1 | tee "$results/full.txt"
status=${PIPESTATUS[0]}
echo
if grep -q '^clip  *pipeline  *frames' "$results/full.txt"; then
  echo "== Results in $results. In short:"
  grep -A 20 '^clip  *pipeline  *frames' "$results/full.txt"
else
  echo "== Nothing was measured: the program ended with status $status. Its last words:"
  tail -n 2 "$results/full.txt"
fi
exit "$status"
