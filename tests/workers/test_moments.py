"""Labels of frames become labels of a video with moments."""

from __future__ import annotations

from gallery.types import Box, DetectedLabel, Instance, Moment
from workers.moments import Frame, merge_frames

DOG = DetectedLabel("Dog", 80.0, instances=(Instance(Box(0, 0, 1, 1), 80.0),))


def test_neighboring_stretches_are_joined_and_gaps_kept() -> None:
    frames = [
        Frame(0, 2000, (DOG,)),
        Frame(2000, 4000, (DetectedLabel("Dog", 90.0),)),
        Frame(4000, 6000, ()),
        Frame(6000, 8000, (DetectedLabel("Dog", 60.0),)),
    ]
    (label,) = merge_frames(frames)
    assert label.confidence == 90.0
    assert label.moments == (Moment(0, 4000, 90.0), Moment(6000, 8000, 60.0))


def test_boxes_of_single_frames_are_left_out() -> None:
    (label,) = merge_frames([Frame(0, 1000, (DOG,))])
    assert label.instances == ()


def test_frames_may_come_in_any_order() -> None:
    frames = [Frame(1000, 2000, (DOG,)), Frame(0, 1000, (DOG,))]
    (label,) = merge_frames(frames)
    assert label.moments == (Moment(0, 2000, 80.0),)
