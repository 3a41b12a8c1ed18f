"""Child processes that outlive nobody: started in sessions of their own, recorded, found again, stopped in steps."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from graphapp.embedded.places import Account


def spawn(
    command: Sequence[str], *, log: Path | int | None, env: Mapping[str, str] | None = None, account: Account | None = None
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches it only through us."""
    who = account or Account()
    out = log.open("ab") if isinstance(log, Path) else log
    try:
        return subprocess.Popen(
            list(command),
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=who.user,
            group=who.group,
            extra_groups=[] if who.user is not None else None,
            cwd="/" if who.user is not None else None,
        )
    finally:
        if isinstance(log, Path) and out is not None and not isinstance(out, int):
            out.close()


def record(path: Path, pid: int) -> None:
    """Note a child, with its birth, so that a recycled pid is never taken for it."""
    path.write_text(json.dumps({"pid": pid, "born": psutil.Process(pid).create_time()}), encoding="ascii")


def recorded(path: Path) -> psutil.Process | None:
    """Find a noted child that still lives."""
    try:
        note = json.loads(path.read_text(encoding="ascii"))
        process = psutil.Process(note["pid"])
        return process if abs(process.create_time() - note["born"]) < 1 and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, KeyError, psutil.NoSuchProcess):
        return None


def stop_process(process: psutil.Process, *, first: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """Ask a process to end, and end it when it does not; its own children go with it."""
    family = [process]
    try:
        family += process.children(recursive=True)
        process.send_signal(first)
    except psutil.NoSuchProcess:
        return
    _, alive = psutil.wait_procs([process], timeout=patience)
    for member in alive + [child for child in family[1:] if child.is_running()]:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=5)


def alive(pid: int) -> bool:
    """Say whether a process lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
