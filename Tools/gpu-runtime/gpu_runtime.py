"""Brings what an NVIDIA card needs beside its driver to $LIKENESS_HOME/lib/cuda: the GPU build of ONNX Runtime and
NVIDIA's libraries for it, out of pinned wheels. Standard library alone; fetches with the pip of the open pack's own
environment."""

import argparse
import fnmatch
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

LIST = Path(__file__).resolve().parent / "wheels.json"
# The wheels were published for these tags; they are only unpacked, never imported.
FOREIGN = ["--only-binary=:all:", "--python-version=3.12", "--implementation=cp", "--platform=manylinux_2_28_x86_64",
           "--platform=manylinux_2_27_x86_64", "--platform=manylinux_2_17_x86_64", "--platform=manylinux2014_x86_64",
           "--platform=manylinux2010_x86_64", "--platform=manylinux1_x86_64"]


class RuntimeFailure(Exception):
    """A sentence for the user; the tool ends with status 1."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="gpu-runtime", description="Fetches the libraries for NVIDIA cards.")
    parser.add_argument("--home", type=Path, required=True, help="Likeness' folder")
    home = parser.parse_args().home
    target = home / "lib" / "cuda"
    stamp = target / ".wheels.json"
    if is_complete(stamp):
        print(f"gpu runtime: complete in {target}")
        return 0
    python = home / "python" / "bin" / "python"
    if not python.exists():
        raise RuntimeFailure(f"{python} is missing; run ./scripts/setup first")
    if (free := shutil.disk_usage(home).free) < 5 << 30:
        raise RuntimeFailure(f"{free >> 20} MB are free below {home}; 5 GB are needed while fetching, 2 GB afterwards")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".gpu-runtime-", dir=home) as scratch:
        made = Path(scratch) / "cuda"
        made.mkdir()
        sizes: dict[str, int] = {}
        for wheel in json.loads(LIST.read_text())["wheels"]:
            unpack(fetch(wheel, python, Path(scratch)), wheel["members"], made, sizes)
        (made / stamp.name).write_text(json.dumps({"list": list_digest(), "files": sizes}, indent=2))
        # The whole folder changes at once: a mixture of two releases would not load.
        old = Path(scratch) / "old"
        if target.exists():
            target.rename(old)
        made.rename(target)
    print(f"gpu runtime: ready in {target}, {sum(sizes.values()) >> 20} MB")
    return 0


def is_complete(stamp: Path) -> bool:
    """Whether the folder holds what the list asks for, by the sizes noted when it was filled."""
    if not stamp.is_file():
        return False
    noted = json.loads(stamp.read_text())
    return noted["list"] == list_digest() and all(
        (stamp.parent / name).is_file() and (stamp.parent / name).stat().st_size == size
        for name, size in noted["files"].items())


def list_digest() -> str:
    return hashlib.sha256(LIST.read_bytes()).hexdigest()


def fetch(wheel: dict, python: Path, scratch: Path) -> Path:
    print(f"gpu runtime: fetching {wheel['requirement']} ({wheel['licence']})", flush=True)
    wanted = scratch / "requirement.txt"
    wanted.write_text(f"{wheel['requirement']} --hash=sha256:{wheel['sha256']}\n")
    folder = scratch / wheel["sha256"][:12]
    result = subprocess.run(
        [python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-deps",
         "--require-hashes", "--dest", folder, *FOREIGN, "--requirement", wanted])
    if result.returncode != 0:
        raise RuntimeFailure(f"{wheel['requirement']} could not be fetched, see pip's words above. Is PyPI reachable?")
    return next(folder.iterdir())


def unpack(archive: Path, pattern: str, target: Path, sizes: dict[str, int]) -> None:
    with zipfile.ZipFile(archive) as content:
        members = [item for item in content.infolist() if fnmatch.fnmatch(item.filename, pattern)]
        if not members:
            raise RuntimeFailure(f"{archive.name} holds no {pattern}")
        for item in members:
            place = target / Path(item.filename).name
            with content.open(item) as source, place.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
            place.chmod(0o755)
            sizes[place.name] = item.file_size
    archive.unlink()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeFailure as failure:
        print(f"gpu-runtime: {failure}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
