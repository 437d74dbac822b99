"""The drawings of foot and leg as numbers."""

from __future__ import annotations

import pytest

from crf_app.study.outlines import FOOT, LEG, MapPoint, Outline, curve, read_point, region_at


@pytest.mark.parametrize("outline", [*FOOT.values(), *LEG.values()])
def test_a_curve_is_closed_and_goes_through_its_points(outline: Outline) -> None:
    pieces = curve(outline.points)
    assert [piece.end for piece in pieces] == [*outline.points[1:], outline.points[0]]
    for here, after in zip(pieces, (*pieces[1:], pieces[0]), strict=True):
        # Smooth: the handles before and behind a point lie on one line with it.
        ahead = (here.end[0] - here.second[0], here.end[1] - here.second[1])
        behind = (after.first[0] - here.end[0], after.first[1] - here.end[1])
        assert ahead == pytest.approx(behind)


@pytest.mark.parametrize(
    ("views", "view", "x", "y", "code"),
    [
        (FOOT, "DORSAL", 0.70, 0.11, "HALLUX"),
        (FOOT, "PLANTAR", 0.30, 0.11, "HALLUX"),
        (FOOT, "PLANTAR", 0.60, 0.86, "HEEL"),
        (FOOT, "PLANTAR", 0.45, 0.62, "ARCH"),
        (FOOT, "MEDIAL", 0.245, 0.52, "MEDMAL"),
        (FOOT, "LATERAL", 0.755, 0.55, "LATMAL"),
        (LEG, "ANTERIOR", 0.54, 0.46, "TA"),
        (FOOT, "PLANTAR", 0.02, 0.98, ""),
        (LEG, "POSTERIOR", 0.05, 0.5, ""),
    ],
)
def test_regions(views: dict[str, Outline], view: str, x: float, y: float, code: str) -> None:
    assert region_at(views[view], x, y) == code


def test_every_region_is_reached_somewhere() -> None:
    for outline in (*FOOT.values(), *LEG.values()):
        found = {region_at(outline, x / 60, y / 60) for x in range(61) for y in range(61)}
        assert found == {"", outline.rest, *(region.code for region in outline.regions)}


def test_a_stored_point_is_read_back() -> None:
    assert read_point("PLANTAR;LEFT;0.4100;0.7300;MTH1") == MapPoint("PLANTAR", "LEFT", 0.41, 0.73, "MTH1")
    assert read_point("DORSAL;RIGHT;0.1;0.2") == MapPoint("DORSAL", "RIGHT", 0.1, 0.2, "")
    assert read_point("") is None
    assert read_point("PLANTAR;LEFT;x;0.7") is None
