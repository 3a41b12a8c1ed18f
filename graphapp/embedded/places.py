"""Folders that other processes share: made private, and refused when somebody else owns them."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graphapp.embedded.errors import StartFailure

DATABASE_USER = "graphapp-db"
LEAST_FREE_BYTES = 300 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Account:
    """Who a child process runs as; empty to stay who we are."""

    user: int | None = None
    group: int | None = None


@lru_cache
def database_account() -> Account:
    """Say who runs PostgreSQL: ourselves, or as root a system account of its own, since it refuses to run as root."""
    if os.geteuid() != 0:
        return Account()
    try:
        found = pwd.getpwnam(DATABASE_USER)
    except KeyError:
        found = _make_account()
    return Account(found.pw_uid, found.pw_gid)


def _make_account() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", DATABASE_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(DATABASE_USER)
    except (OSError, subprocess.CalledProcessError, KeyError):
        return pwd.getpwnam("nobody")


def private_folder(path: Path, account: Account = Account()) -> Path:
    """Make a folder that nobody else can enter, owned by the account."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StartFailure(f"The folder {path} cannot be made ({error.strerror}): choose another GRAPHAPP_DATA_DIR.") from error
    owner = path.stat().st_uid
    if owner not in {os.geteuid(), account.user} or path.is_symlink():
        raise StartFailure(f"The folder {path} belongs to somebody else: remove it or choose another GRAPHAPP_DATA_DIR.")
    if account.user is not None:
        os.chown(path, account.user, account.group or -1)
    path.chmod(0o700)
    return path


def check_space(path: Path) -> None:
    """Refuse to start on a full disk, before anything is half-written."""
    if shutil.disk_usage(path).free < LEAST_FREE_BYTES:
        raise StartFailure(f"The disk of {path} has less than 300 MB left: free some space, or set GRAPHAPP_DATA_DIR elsewhere.")


def is_reachable(path: Path) -> bool:
    """Say whether every account can reach a file: each folder above it lets strangers through."""
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)
