#!/usr/bin/env bash
# Measures Likeness on this machine's card; lies in the folder that pack.sh has made. Prints a short table last.
#   run.sh [FOLDER FOR RESULTS] [OPTIONS OF likeness benchmark]
# Leaves doctor.txt, full.json, full.txt and machine.txt in the folder (default: results beside this script).
set -uo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
results=${1:-$here/results}
shift || true
mkdir -p "$results"
export LIKENESS_HOME=$here/home
libraries=$here/lib:$here/home/lib/cuda
# What the GPU build of ONNX Runtime needs of NVIDIA, wherever it lies on this machine.
for name in libcudnn.so.9 libcublasLt.so.13 libcurand.so.10 libcudart.so.13 libnvrtc.so.13 libnvinfer.so.10; do
  ldconfig -p | grep -q "$name " && continue
  found=$(find / -xdev -name "$name" -not -path '/proc/*' -not -path "$here/*" 2>/dev/null | head -n 1)
  if [[ -n $found ]]; then libraries=$libraries:$(dirname "$found"); fi
done
export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

{
  date -u
  nproc
  nvidia-smi --query-gpu=name,uuid,driver_version,memory.total,compute_cap,mig.mode.current --format=csv
} >"$results/machine.txt" 2>&1
cat "$results/machine.txt"
"$here/likeness" doctor --quick 2>&1 | tee "$results/doctor.txt"
"$here/likeness" benchmark --models full --benchmark-resolutions 1080p 2160p --benchmark-frames 600 \
  --report "$results/full.json" "$@" 2>&1 | tee "$results/full.txt"
status=${PIPESTATUS[0]}
echo
echo "== Results in $results; the program ended with status $status. In short:"
grep -A 20 '^clip  *pipeline  *frames' "$results/full.txt"
exit "$status"
