"""How much memory pictures may take, and how the process is told to keep it at hand."""

import ctypes
import functools
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from runclinic.video.cv import opencv

MOST_BYTES = 1_000_000_000
LEAST_BYTES = 300_000_000
SHARE_OF_MEMORY = 8
FOCUSED = 2 / 3
# Half a millisecond instead of five: a window's thread then waits less for the one that decodes.
SWITCH_S = 0.0005
# glibc's mallopt: -1 M_TRIM_THRESHOLD, -3 M_MMAP_THRESHOLD (its own limit is 32 MB).
TRIM, MMAP = -1, -3
KEPT_FREE_BYTES, MMAP_BYTES = 64 << 20, 32 << 20
LESS_URGENT = 5  # steps of niceness: a third of the share of an ordinary thread


def memory_bytes() -> int:
    """The machine's memory."""
    if sys.platform == "win32":
        status = (ctypes.c_uint64 * 8)(64)  # MEMORYSTATUSEX: length and load, then total physical
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status[1])
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def total_bytes(memory: int | None = None) -> int:
    """For the decoded pictures of all open clips: an eighth of the memory, 300 MB at least, 1 GB at most."""
    return max(LEAST_BYTES, min(MOST_BYTES, (memory or memory_bytes()) // SHARE_OF_MEMORY))


def shares(total: int, clips: int, focused: int = 0) -> tuple[int, ...]:
    """Bytes for each of the open clips: two thirds for the one in focus, the rest evenly for the others."""
    if clips <= 1:
        return (total,) * clips
    others = int(total * (1 - FOCUSED)) // (clips - 1)
    return tuple(int(total * FOCUSED) if place == focused else others for place in range(clips))


@functools.cache
def settle_process() -> None:
    """Once, when the first clip is stepped: quick thread switches, one OpenCV thread, memory kept.

    glibc gives large blocks back to the system, and each new picture would fault its pages in again: a step
    then took 24 to 66 ms at times, and 1.4 to 5.6 ms with this (VIDEO.md 4).
    """
    sys.setswitchinterval(SWITCH_S)
    opencv().setNumThreads(1)
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(MMAP, MMAP_BYTES)
            mallopt(TRIM, KEPT_FREE_BYTES)


def less_urgently(work: Callable[[], None]) -> None:
    """Does it on a thread that gives way to the others; threads that it starts do so too (Linux only).

    For a decoder's own threads. Python's stay as urgent as they are: one that is put off while it holds the
    interpreter's lock makes the window wait, and so it was where decoding left no core free (gaps of 28 ms
    between a window's events at the 99th percentile, 10 ms with this).
    """
    failed: list[Exception] = []

    def on_a_thread() -> None:
        with suppress(OSError):
            me = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, me, os.getpriority(os.PRIO_PROCESS, me) + LESS_URGENT)
        try:
            work()
        except Exception as failure:  # noqa: BLE001 - raised again by the thread that asked
            failed.append(failure)

    if sys.platform != "linux":
        work()
        return
    thread = threading.Thread(target=on_a_thread, name="less urgent")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
