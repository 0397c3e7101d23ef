#!/usr/bin/env bash
# Packs everything a bare machine with an NVIDIA card needs to measure Likeness: no Swift, no FFmpeg, no network there.
#   Benchmarks/gpu/pack.sh FOLDER [--binary PATH] [--nvidia] [--pieces SIZE]
# Makes FOLDER/likeness-gpu.tar.gz with the program (static Swift runtime), FFmpeg's libraries and theirs, the open pack,
# the GPU build of ONNX Runtime and run.sh. The machine has to have the same or a newer glibc, and NVIDIA's driver.
#   --binary PATH    a program built before: swift build -c release --static-swift-stdlib --product likeness
#   --nvidia         also packs cuBLAS, cuDNN, cuRAND, runtime and NVRTC (needs ./scripts/setup --gpu; 1.9 GB); without
#                    it the machine must have those of CUDA 13 and cuDNN 9, anywhere
#   --pieces SIZE    cuts the archive into files of SIZE (60M) for transports with a limit: cat likeness-gpu.tar.gz.* there
set -euo pipefail

# shellcheck source=scripts/common.sh
source "$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)/scripts/common.sh"

runtime="onnxruntime-gpu==1.31.1"
binary="" nvidia="" pieces="" out=""
while (($#)); do
  case $1 in
    --binary | --pieces) (($# > 1)) || fail "$1 needs a value" ;;&
    --binary) binary=$2 && shift 2 ;;
    --pieces) pieces=$2 && shift 2 ;;
    --nvidia) nvidia=yes && shift ;;
    -*) fail "there is no option $1" ;;
    *) out=$1 && shift ;;
  esac
done
[[ -n $out ]] || fail "name the folder for the archive"
[[ -d $LIKENESS_HOME/models ]] || fail "there are no models in $LIKENESS_HOME: run ./scripts/setup first"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bundle=$work/likeness-gpu
mkdir -p "$bundle/lib" "$bundle/home/lib/cuda"

if [[ -z $binary ]]; then
  say "Building (some minutes)"
  swift=$(require_swift)
  run_swift build -c release --static-swift-stdlib --product likeness
  binary=$(run_swift build -c release --static-swift-stdlib --show-bin-path)/likeness
fi
[[ -x $binary ]] || fail "there is no program $binary"

say "Program and libraries"
cp "$binary" "$bundle/likeness"
command -v strip >/dev/null && strip --strip-debug "$bundle/likeness"
find -H "$(dirname "$binary")" -maxdepth 1 -name '*.resources' -exec cp -r {} "$bundle/" \;
[[ -n $(find "$bundle" -maxdepth 1 -name '*.resources') ]] || fail "beside $binary lie none of its resources"
# glibc itself has to be the machine's, because the driver's libraries use it too.
ldd "$binary" | awk '$3 ~ /^\// { print $1, $3 }' | while read -r name path; do
  case $name in
    libc.so.*|libm.so.*|libdl.so.*|libpthread.so.*|librt.so.*|libresolv.so.*|libutil.so.*|ld-linux*) ;;
    *) cp -L "$path" "$bundle/lib/$name" ;;
  esac
done

say "Models and samples"
cp -rL "$LIKENESS_HOME/models" "$bundle/home/"
find "$LIKENESS_HOME/lib" -maxdepth 1 -name '*.so*' -exec cp -L {} "$bundle/home/lib/" \;
cp -r "$root/Samples" "$bundle/"
cp "$root/Benchmarks/gpu/run.sh" "$bundle/"

say "ONNX Runtime for cards"
if compgen -G "$LIKENESS_HOME/lib/cuda/libonnxruntime.so*" >/dev/null; then
  cp -L "$LIKENESS_HOME"/lib/cuda/libonnxruntime*.so* "$bundle/home/lib/cuda/"
else
  python3 -m pip download -q --no-deps --python-version 3.12 --only-binary=:all: -d "$work" "$runtime"
  python3 - "$work" "$bundle/home/lib/cuda" <<'PYTHON'
import glob, os, sys, zipfile
wheel, target = glob.glob(sys.argv[1] + "/onnxruntime_gpu-*.whl")[0], sys.argv[2]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith("onnxruntime/capi/libonnxruntime") and ".so" in name:
            with open(os.path.join(target, os.path.basename(name)), "wb") as file:
                file.write(archive.read(name))
PYTHON
fi
if [[ -n $nvidia ]]; then
  compgen -G "$LIKENESS_HOME/lib/cuda/libcudnn*.so*" >/dev/null || fail "run ./scripts/setup --gpu first"
  cp -L "$LIKENESS_HOME"/lib/cuda/*.so* "$bundle/home/lib/cuda/"
fi

say "Archive"
if [[ -n $pieces ]]; then
  rm -f "$out"/likeness-gpu.tar.gz.*
  tar -C "$work" -cz likeness-gpu | split -b "$pieces" - "$out/likeness-gpu.tar.gz."
else
  tar -C "$work" -czf "$out/likeness-gpu.tar.gz" likeness-gpu
fi
du -h "$out"/likeness-gpu.tar.gz*
say "There: tar -xzf likeness-gpu.tar.gz && likeness-gpu/run.sh"
