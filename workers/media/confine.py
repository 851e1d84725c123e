"""Take away from this process what decoding a file does not need (Linux; no-ops elsewhere)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from workers.media.limits import Limits

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000

_SYS_CREATE_RULESET, _SYS_ADD_RULE, _SYS_RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_GET_VERSION = 1
_FIRST_ABI_WITH_NETWORK = 4
_ALL_FILE_RIGHTS, _ALL_NETWORK_RIGHTS = 0x1FFF, 0x3
_EXECUTE, _WRITE, _READ, _LIST, _REMOVE, _MAKE = 0x1, 0x2, 0x4, 0x8, 0x20, 0x100


def die_with_parent() -> None:
    """Have the kernel kill this process when the thread that made it ends."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def leave_network() -> bool:
    """Move into an empty network, where the kernel permits it; must run before any thread.

    Returns whether it worked. Programs without rights need a user namespace for it, in which
    they stay who they are.
    """
    if sys.platform != "linux":
        return False
    user, group = os.getuid(), os.getgid()
    if _libc.unshare(_CLONE_NEWNET) == 0:
        return True
    if _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    # Where a security module forbids the names, the files' real owner still counts.
    with contextlib.suppress(PermissionError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def limit_resources(limits: Limits, cpu_seconds: int) -> None:
    """Bound memory, processor time, written bytes and open files of this process."""
    for what, bound in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(what, bound)
    _lower(resource.RLIMIT_CPU, cpu_seconds, spare=1)
    # Over the bound, a write then fails with an error that can be told to a person.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _lower(what: int, bound: int, *, spare: int = 0) -> None:
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        bound = min(bound, hard)
        spare = min(spare, hard - bound)
    resource.setrlimit(what, (bound, bound + spare))


def restrict_files(readable: Iterable[Path], folder: Path | None) -> bool:
    """Leave only ``readable`` files, the programs' own code and, to write in, ``folder``.

    Uses Landlock; returns whether the kernel has it.
    """
    if sys.platform != "linux":
        return False
    version = _libc.syscall(_SYS_CREATE_RULESET, None, ctypes.c_size_t(0), _GET_VERSION)
    if version < 1:
        return False
    attributes = struct.pack("Q", _ALL_FILE_RIGHTS)
    if version >= _FIRST_ABI_WITH_NETWORK:
        attributes += struct.pack("Q", _ALL_NETWORK_RIGHTS)
    rules = _libc.syscall(_SYS_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if rules < 0:
        return False
    for path in _code_folders():
        _allow(rules, path, _EXECUTE | _READ | _LIST)
    for path in readable:
        _allow(rules, path, _READ)
    if folder is not None:
        _allow(rules, folder, _READ | _WRITE | _LIST | _REMOVE | _MAKE)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    restricted = bool(_libc.syscall(_SYS_RESTRICT_SELF, rules, 0) == 0)
    os.close(rules)
    return restricted


def _code_folders() -> list[Path]:
    own = Path(__file__).resolve().parent.parent
    system = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo"]
    folders = [Path(sys.prefix), Path(sys.base_prefix, "lib"), *map(Path, system)]
    return [*folders, own, own.parent / "gallery"]


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rule = struct.pack("=Qi", rights, handle)
    try:
        if _libc.syscall(_SYS_ADD_RULE, rules, _RULE_PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"cannot permit {path}")
    finally:
        os.close(handle)
