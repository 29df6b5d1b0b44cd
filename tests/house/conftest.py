"""The built package, once for all tests that look at it."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.support.program import clean_environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """A virtual environment that holds the wheel and, of the rest, only what it depends on."""

    folder: Path
    wheel: Path
    sdist: Path

    def run(self, *command: str, home: Path) -> subprocess.CompletedProcess[str]:
        """Run a program of this environment in a folder that has nothing to do with the source."""
        return subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]],
            cwd=home,
            env=clean_environment(home),
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that was built from that sdist and nothing else."""
    out = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,) = out.glob("amity-*.tar.gz")
    (wheel,) = out.glob("amity-*.whl")
    return sdist, wheel


@pytest.fixture(scope="session")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, installed somewhere else."""
    sdist, wheel = built
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"),
            *("--disable-pip-version-check", "--no-index", "--no-deps", str(wheel)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # What Amity depends on is borrowed from here. A plain line in a .pth file adds a folder without
    # reading the .pth files in it, so the editable install of this checkout stays out of sight.
    (site,) = folder.glob("lib/python*/site-packages")
    borrowed = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    (site / "borrowed.pth").write_text("\n".join(dict.fromkeys(borrowed)) + "\n")
    assert shutil.which(str(folder / "bin" / "amity")), "the wheel brought no command"
    return Installed(folder=folder, wheel=wheel, sdist=sdist)
