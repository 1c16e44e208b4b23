"""Films: what a file really is, and frame k, exactly that one."""

from runclinic.video.clip import Clip

__all__ = ["Clip"]
