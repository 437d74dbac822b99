"""R15: where a database may lie, at 30 sample places of three operating systems."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from crf_app.paths import data_folder, mounted_at, place_kind, read_mount, unsafe_place

HOME = str(PureWindowsPath("C:\\", "Users", "demo"))
LINUX_HOME, MAC_HOME = (str(PurePosixPath("/", root, "demo")) for root in ("home", "Users"))
MOUNTS = [("/", "ext4"), ("/home", "btrfs"), ("/mnt/site share", "cifs"), ("/srv/nfs", "nfs4"), ("/run/user/1000/gvfs", "fuse.gvfsd-fuse"), ("/srv/nfs/local", "xfs")]
WINDOWS = [
    (rf"{HOME}\AppData\Local\crf-app\workspaces", ""),
    (r"D:\Trials\NCT05999656", ""),
    (r"E:\CRF 数据", ""),
    (r"\\?\D:\Trials\long", ""),
    (rf"{HOME}\OneDrive\Documents\crf", "sync"),
    (rf"{HOME}\OneDrive - Demo Hospital\crf", "sync"),
    (rf"{HOME}\Dropbox\crf", "sync"),
    (rf"{HOME}\Dropbox (Demo Hospital)\crf", "sync"),
    (r"G:\My Drive\crf", "sync"),
    (rf"{HOME}\iCloudDrive\crf", "sync"),
    (rf"{HOME}\Nutstore\1\我的坚果云\crf", "sync"),
    (rf"{HOME}\Documents\WPSDrive\crf", "sync"),
    (r"D:\BaiduSyncdisk\crf", "sync"),
    (r"\\server\share\crf", "network"),
    (r"\\?\UNC\server\share\crf", "network"),
]
LINUX = [
    (f"{LINUX_HOME}/.local/share/crf-app/workspaces", ""),
    ("/srv/crf", ""),
    (f"{LINUX_HOME}/dropboxes/crf", ""),
    ("/srv/nfs/local/crf", ""),
    ("/mnt/site share/crf", "network"),
    ("/srv/nfs/crf", "network"),
    ("/run/user/1000/gvfs/smb-share:server=x/crf", "network"),
    (f"{LINUX_HOME}/Nextcloud/crf", "sync"),
    (f"{LINUX_HOME}/Seafile/trial/crf", "sync"),
]
MAC = [
    (f"{MAC_HOME}/Library/Application Support/crf-app/workspaces", ""),
    (f"{MAC_HOME}/Trials", ""),
    (f"{MAC_HOME}/Library/Mobile Documents/com~apple~CloudDocs/crf", "sync"),
    (f"{MAC_HOME}/Library/CloudStorage/OneDrive-Demo/crf", "sync"),
    (f"{MAC_HOME}/Google Drive/crf", "sync"),
    (f"{MAC_HOME}/Creative Cloud Files/crf", "sync"),
]
SAMPLES: list[tuple[PurePath, str, str]] = [
    *((PureWindowsPath(place), "", kind) for place, kind in WINDOWS),
    *((PurePosixPath(place), mounted_at(PurePosixPath(place), MOUNTS), kind) for place, kind in LINUX),
    *((PurePosixPath(place), "apfs", kind) for place, kind in MAC),
]


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(("place", "system", "kind"), SAMPLES, ids=[str(one[0]) for one in SAMPLES])
def test_each_sample_is_judged(place: PurePath, system: str, kind: str) -> None:
    assert place_kind(place, file_system=system) == kind


def test_there_are_thirty_samples() -> None:
    assert len(SAMPLES) == 30


def test_known_roots_and_a_mapped_drive() -> None:
    root = PureWindowsPath(r"D:\Cloud")
    assert place_kind(PureWindowsPath(r"d:\cloud\crf"), sync_roots=[root]) == "sync"
    assert place_kind(PureWindowsPath(r"D:\Cloudy\crf"), sync_roots=[root]) == ""
    assert place_kind(PureWindowsPath(r"Z:\crf"), file_system="smbfs") == "network"


def test_marks_of_a_synchronising_program_above_the_folder_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tmp_path / "trials" / "new" / "w"
    assert unsafe_place(wanted) == ""
    (tmp_path / "trials").mkdir()
    (tmp_path / ".stfolder").mkdir()
    assert unsafe_place(wanted) == "sync"
    (tmp_path / ".stfolder").rmdir()
    (tmp_path / ".sync_ab12.db").touch()
    assert unsafe_place(wanted) == "sync"
    (tmp_path / ".sync_ab12.db").unlink()
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path))
    assert unsafe_place(wanted) == "sync"


def test_a_link_into_such_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "local").symlink_to(tmp_path / "Dropbox", target_is_directory=True)
    assert unsafe_place(tmp_path / "local" / "w") == "sync"


def test_the_place_proposed_is_safe_and_not_among_documents() -> None:
    assert unsafe_place(data_folder()) == ""
    assert not {"documents", "desktop"} & {part.casefold() for part in data_folder().parts}


def test_mount_points_with_spaces_are_read() -> None:
    line = r"36 35 98:0 /x /mnt/site\040share rw,noatime shared:1 - cifs //server/share rw"
    assert read_mount(line) == ("/mnt/site share", "cifs")
