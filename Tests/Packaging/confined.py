#!/usr/bin/env python3
"""Runs a program as the service does, as far as one process can do that to itself: not as root, without capabilities, and with
the system calls alone that the unit lets through; all others fail with EPERM.

confined.py UNIT USER PROGRAM [ARGUMENT…]
"""

import ctypes
import os
import platform
import re
import struct
import subprocess
import sys

HEADERS = {"x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "/usr/include/asm-generic/unistd.h"}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LOAD_WORD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000 | 1


def members(group):
    """The calls of one of systemd's groups, those of groups within it too."""
    text = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    for line in text.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            yield from members(word)
        elif word and not word.startswith("#"):
            yield word


def permitted(unit):
    """As systemd.exec(5) reads the lines: the first says what is let through, those with `~` take from it."""
    names = set(members("@default"))
    for line in re.findall(r"^SystemCallFilter=(.*)$", open(unit).read(), re.M):
        calls = {name for word in line.lstrip("~").split() for name in (members(word) if word[0] == "@" else [word])}
        names = names - calls if line.startswith("~") else names | calls
    return names


def program(names):
    """A filter in the kernel's own language: each number in turn, and a failure at the end."""
    header = open(HEADERS[platform.machine()]).read()
    numbers = [int(number) for name, number in re.findall(r"#define __NR_(\w+)\s+(\d+)", header) if name in names]
    assert len(numbers) > 200
    code = [(LOAD_WORD, 0, 0, 0)]
    for number in numbers:
        code += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *line) for line in code + [(RETURN, 0, 0, FAIL)])


def main():
    unit, user, *command = sys.argv[1:]
    # Before the filter, and before root's rights are gone.
    filter = program(permitted(unit))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(filter, len(filter))
    description = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(filter) // 8, ctypes.addressof(buffer)))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, description):
        raise OSError(ctypes.get_errno(), "the filter was not taken")
    os.umask(int(re.search(r"^UMask=(\d+)$", open(unit).read(), re.M)[1], 8))
    os.execv(command[0], command)


main()
