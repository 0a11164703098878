"""The linter's word on what is written in JavaScript and CSS."""

import subprocess
from pathlib import Path

HERE = Path(__file__).parent
HELPERS = HERE.parents[1] / "helpers"


def test_biome_finds_nothing(biome):
    ran = subprocess.run(
        [biome, "ci", "--colors=off", "--error-on-warnings", f"--config-path={HERE}", HELPERS],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    files = [path for path in HELPERS.rglob("*") if path.suffix in (".js", ".css")]
    assert f"Checked {len(files)} files" in ran.stdout + ran.stderr
