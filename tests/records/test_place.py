"""Where records may lie: not on a drive of another computer."""

import pytest

from runclinic import records
from runclinic.records import place
from runclinic.refused import Refused

MOUNTS = """22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 0:5 / /mnt/share rw - nfs4 server:/export rw
31 22 0:6 / /mnt/with\\040blank rw - cifs //server/share rw
32 30 8:2 / /mnt/share/local rw - ext4 /dev/sdb1 rw
33 22 0:7 / /home/her/far rw - fuse.sshfs her@host: rw
not a line of this file
"""


@pytest.fixture
def mounts(tmp_path):
    listed = tmp_path / "mountinfo"
    listed.write_text(MOUNTS)
    return listed


@pytest.mark.parametrize("home", ["/mnt/share/clinic", "/mnt/with blank/a/b", "/home/her/far", "/mnt/share"])
def test_a_folder_of_another_computer_is_refused(mounts, home):
    with pytest.raises(Refused, match="network drive"):
        place.refuse_network(place.Path(home), mounts)


@pytest.mark.parametrize("home", ["/home/her/clinic", "/mnt/share/local/clinic", "/mnt/shared", "/"])
def test_a_folder_of_this_computer_is_taken(mounts, home):
    place.refuse_network(place.Path(home), mounts)


def test_without_a_list_of_mounts_nothing_is_refused(tmp_path):
    place.refuse_network(tmp_path, tmp_path / "none")


def test_records_on_a_network_drive_are_neither_made_nor_opened(clinic, store, monkeypatch, mounts):
    store.close()
    mounts.write_text(f"22 1 0:5 / {clinic.home.parent} rw - nfs4 server:/export rw\n")
    monkeypatch.setattr(place, "MOUNTS", mounts)
    for deed in (clinic.make, clinic.unlock, lambda: records.therapists(clinic.home)):
        with pytest.raises(Refused, match=r"network drive|already holds"):
            deed()
    with pytest.raises(Refused, match="network drive"):
        type(clinic)(clinic.home.parent / "new", clinic.clock).make()
