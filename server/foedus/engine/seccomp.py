"""The second lock of a worker: a list of system calls, and every other one fails (seccomp, Linux).

The first lock is the limit of descriptors (:mod:`.worker`). This one is kept by other code of the
kernel: after :func:`lock` the process and its children can compute, take memory, read and write
what they hold, and end. Opening a file, making a socket, starting a process or a thread, raising a
limit: EPERM. It needs no privilege (``no_new_privs``) and nothing beyond :mod:`ctypes`.

It is a list of what is allowed, so that a call that a later kernel brings is refused too. Numbers
are those of the kernel's tables ``syscall_64.tbl`` (x86-64) and ``unistd.h`` (aarch64); the program
is classic BPF over ``struct seccomp_data`` (seccomp(2)).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Mapping

_X86_64 = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35,
    "getpid": 39, "sendto": 44, "recvfrom": 45, "shutdown": 48, "exit": 60, "gettimeofday": 96,
    "sigaltstack": 131, "gettid": 186, "futex": 202, "sched_getaffinity": 204,
    "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230,
    "exit_group": 231, "tgkill": 234, "ppoll": 271, "getrandom": 318, "membarrier": 324,
    "rseq": 334,
}  # fmt: skip
_AARCH64 = {
    "close": 57, "lseek": 62, "read": 63, "write": 64, "ppoll": 73, "fstat": 80, "exit": 93,
    "exit_group": 94, "futex": 98, "nanosleep": 101, "clock_gettime": 113, "clock_getres": 114,
    "clock_nanosleep": 115, "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128,
    "tgkill": 131, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135,
    "rt_sigreturn": 139, "gettimeofday": 169, "getpid": 172, "gettid": 178, "sendto": 206,
    "recvfrom": 207, "shutdown": 210, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222,
    "mprotect": 226, "madvise": 233, "getrandom": 278, "membarrier": 283, "rseq": 293,
}  # fmt: skip

#: Machine: its name in ``struct seccomp_data``, its calls, and its ``ioctl``.
_MACHINES: Mapping[str, tuple[int, Mapping[str, int], int]] = {
    "x86_64": (0xC000003E, _X86_64, 16),
    "aarch64": (0xC00000B7, _AARCH64, 29),
}
#: The one ``ioctl``: a socket with or without a time limit.
_FIONBIO = 0x5421

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_NUMBER, _ARCHITECTURE, _SECOND_ARGUMENT = 0, 4, 24  # offsets in struct seccomp_data
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2


def available() -> bool:
    """Whether a process of this system can lock itself so; tried in a child, which ends.

    To be asked by a single-threaded process only: it forks.
    """
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        return False
    pid = os.fork()
    if not pid:
        status = 1
        try:
            lock()
            status = 0 if locked() else 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def lock() -> None:
    """Lock this process, for good. Raises :class:`OSError` where the kernel does not do that."""
    code = program(platform.machine())
    buffer = ctypes.create_string_buffer(code, len(code))
    filter_program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) or libc.prctl(
        _PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), ctypes.byref(filter_program), zero, zero
    ):
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")


def locked() -> bool:
    """Whether the lock holds: a harmless call that is not on the list fails with EPERM."""
    try:
        os.getpgid(0)
    except PermissionError:
        return True
    return False


def program(machine: str) -> bytes:
    """The filter for *machine*; raises :class:`OSError` (ENOSYS) for one that is not known."""
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine}")
    architecture, calls, ioctl = _MACHINES[machine]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for number in sorted(calls.values()):
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    steps += [
        (_EQUAL, 0, 3, ioctl),
        (_LOAD, 0, 0, _SECOND_ARGUMENT),
        (_EQUAL, 0, 1, _FIONBIO),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


class _Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))
