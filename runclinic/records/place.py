"""Where records may lie: on a disk of this computer, for the database shares memory with its own log."""

import sys
from pathlib import Path

from runclinic.refused import Refused

MOUNTS = Path("/proc/self/mountinfo")
# names of file systems that lie on another computer (Linux, proc(5); macOS, mount(8))
_ELSEWHERE = {
    "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.davfs2", "fuse.glusterfs",
    "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3",
    "smbfs", "webdav",
}  # fmt: skip
_REMOTE_DRIVE = 4  # DRIVE_REMOTE of GetDriveTypeW


def refuse_network(home: Path, mounts: Path | None = None) -> None:
    """Refused if the folder lies on a drive of another computer."""
    if _on_network(home, mounts or MOUNTS):
        raise Refused(
            f"The folder {home} lies on a network drive; records that are open there can be damaged.",
            "Choose a folder on this computer, and keep backups on the network.",
        )


def _on_network(home: Path, mounts: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        root = home.absolute().anchor
        return root.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(root) == _REMOTE_DRIVE
    return _kind(home.resolve(), mounts) in _ELSEWHERE


def _kind(home: Path, mounts: Path) -> str:
    """The file system below a folder: that of the longest mount point above it; "" where none is listed."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        if home.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, after.split(" ")[0]
    return kind
