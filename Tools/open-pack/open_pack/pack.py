"""The list of the pack's files (pack.json) and helpers for files. Standard library alone."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

_LIST = Path(__file__).resolve().parent.parent / "pack.json"


class PackError(Exception):
    """A sentence for the user; the tool ends with status 1."""


@dataclass(frozen=True)
class PackFile:
    """One file of the pack: where it goes, what it must be, and the archive member it is made of."""

    id: str
    path: str
    sha256: str
    licence: str
    archive: str
    requirement: str
    archive_sha256: str
    archive_kind: str
    member: str
    member_sha256: str
    optional: bool = False

    def is_right(self, home: Path) -> bool:
        target = home / self.path
        return target.is_file() and file_sha256(target) == self.sha256


@dataclass(frozen=True)
class Pack:
    files: list[PackFile]

    def wanted(self, home: Path, chosen: set[str]) -> list[PackFile]:
        """All files but the optional ones that are neither chosen nor there."""
        optional = {file.id for file in self.files if file.optional}
        if unknown := sorted(chosen - optional):
            raise PackError(f"{', '.join(unknown)}: no optional file; there is {', '.join(sorted(optional))}")
        return [file for file in self.files if not file.optional or file.id in chosen or (home / file.path).is_file()]


def load_pack() -> Pack:
    content = json.loads(_LIST.read_text())
    files = []
    for entry in content["files"]:
        archive = content["archives"][entry["archive"]]
        files.append(PackFile(requirement=archive["requirement"], archive_sha256=archive["sha256"],
                              archive_kind=archive["kind"], **entry))
    return Pack(files)


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def atomic_write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes beside the target and renames, so that no half-written file is ever seen under the final name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.chmod(mode)
    temporary.replace(path)
