"""Brings $LIKENESS_HOME up to the open pack. Runs on the system's Python with the standard library alone; what needs
packages (conversion and check) runs in a virtual environment of its own, made only when something is missing."""

import argparse
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from open_pack.archives import Archives
from open_pack.pack import PackError, PackFile, atomic_write, file_sha256, load_pack

HERE = Path(__file__).resolve().parent


def likeness_home() -> Path:
    """$LIKENESS_HOME, else ${XDG_DATA_HOME:-~/.local/share}/likeness."""
    if named := os.environ.get("LIKENESS_HOME"):
        return Path(named).expanduser().absolute()
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(data) / "likeness"


def main() -> int:
    parser = argparse.ArgumentParser(prog="open-pack", description="Makes the model files of the open pack.")
    parser.add_argument("--home", type=Path, default=likeness_home(), help="target folder (default: %(default)s)")
    parser.add_argument("--with", dest="chosen", metavar="ID", nargs="+", default=[],
                        help="optional files to make as well: " + ", ".join(
                            file.id for file in load_pack().files if file.optional))
    arguments = parser.parse_args()
    home = arguments.home
    if platform.machine() != "x86_64" or sys.platform != "linux":
        raise PackError(f"the open pack is made on Linux x86-64, this is {sys.platform} {platform.machine()}")
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / ".open-pack.lock").open("w")
    except OSError as error:
        raise PackError(f"cannot write to {home}: {error.strerror}; choose another folder with LIKENESS_HOME") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return make(home, set(arguments.chosen))


def make(home: Path, chosen: set[str]) -> int:
    pack = load_pack()
    wanted = pack.wanted(home, chosen)
    wrong = [file for file in wanted if not file.is_right(home)]
    stamp = home / "models" / ".open-pack"
    if not wrong and stamp.is_file() and stamp.read_text() == tool_digest():
        print(f"open pack: complete in {home}")
        return 0
    # A file is made anew when it is missing or changed; all are held against the check values again after a change
    # of this tool.
    python = virtual_environment(home)
    with tempfile.TemporaryDirectory(prefix=".open-pack-", dir=home) as scratch:
        archives = Archives(pack, python, home / "cache", Path(scratch))
        for file in wrong:
            source = archives.member(file)
            install(file, home, converted(python, file, source, Path(scratch)))
    check(python, home)
    write_manifest(home, wanted)
    atomic_write(stamp, tool_digest().encode())
    print(f"open pack: ready in {home}")
    return 0


def converted(python: Path, file: PackFile, source: Path, scratch: Path) -> Path:
    """The file as it has to be, still outside its place. The runtime's library is taken as published."""
    if file.member_sha256 == file.sha256:
        return source
    print(f"open pack: converting {file.id}", flush=True)
    target = scratch / Path(file.path).name
    run("the conversion", [python, "-B", "-m", "open_pack.convert", file.id, source, target])
    return target


def install(file: PackFile, home: Path, made: Path) -> None:
    if (found := file_sha256(made)) != file.sha256:
        raise PackError(f"{made.name} came out differently than it should:\n"
                        f"  SHA-256 {found}\n  instead of {file.sha256}")
    atomic_write(home / file.path, made.read_bytes(), mode=0o755 if file.path.startswith("lib/") else 0o644)


def check(python: Path, home: Path) -> None:
    print("open pack: holding the models against their check values", flush=True)
    occluder = HERE.parent.parent / "Sources/ModelStore/Resources/likeness_occluder_128.onnx"
    run("the check", [python, "-B", "-m", "open_pack.check", home / "models", occluder])


def write_manifest(home: Path, files: list[PackFile]) -> None:
    """What is in `models`, for programs: file name -> size, SHA-256, where it comes from, licence."""
    entries = {}
    for file in files:
        if file.path.startswith("models/"):
            path = home / file.path
            entries[path.name] = {
                "id": file.id, "size": path.stat().st_size, "sha256": file.sha256, "licence": file.licence,
                "source": {"package": file.requirement, "sha256": file.archive_sha256 or file.member_sha256,
                           "member": file.member}}
    text = json.dumps({"version": 1, "files": entries}, indent=2, sort_keys=True) + "\n"
    atomic_write(home / "models" / "manifest.json", text.encode())


def virtual_environment(home: Path) -> Path:
    """The Python of `home/python`, made with the pinned packages when it is not there as this tool wants it."""
    folder, requirements = home / "python", HERE / "requirements.txt"
    wanted = f"{platform.python_version()} {file_sha256(requirements)}"
    mark, python = folder / ".requirements", folder / "bin" / "python"
    if mark.is_file() and mark.read_text() == wanted and python.exists():
        return python
    print("open pack: making the Python environment of the converter", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", folder], stdout=subprocess.DEVNULL).returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise PackError("no virtual environment could be made; on Debian and Ubuntu: apt-get install python3-venv")
    run("pip install", [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir",
                        "--no-deps", "--only-binary=:all:", "--require-hashes", "--requirement", requirements])
    mark.write_text(wanted)
    return python


def tool_digest() -> str:
    """Changes when anything of this tool changes."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*")):
        if path.is_file() and path.suffix in {".py", ".json", ".txt"}:
            digest.update(f"{path.relative_to(HERE)}\0{file_sha256(path)}\n".encode())
    return digest.hexdigest()


def run(what: str, command: list) -> None:
    if subprocess.run([str(part) for part in command], cwd=HERE).returncode != 0:
        raise PackError(f"{what} failed, see above")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PackError as error:
        print(f"open-pack: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
