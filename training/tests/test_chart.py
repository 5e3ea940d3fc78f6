"""Line charts: well-formed, to scale, and readable."""

from xml.etree import ElementTree

import pytest

from millrace_training.benchmark.chart import Curve, line_chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*curves: Curve) -> ElementTree.Element:
    return ElementTree.fromstring(line_chart("A < B", "epoch", "NDCG@10", curves))


def texts(picture: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def test_axes_have_round_numbers_around_all_points() -> None:
    picture = drawn(Curve("one", [(1, 0.1013), (33, 0.1788)], 1), Curve("other", [(1, 0.12)], 0))

    assert {"0.10", "0.12", "0.18", "0", "10", "40", "one", "other", "A < B", "epoch", "NDCG@10"} <= set(texts(picture))


def test_a_curve_runs_through_its_points_and_its_best_one_is_marked() -> None:
    picture = drawn(Curve("one", [(0, 0.0), (5, 1.0), (10, 0.5)], 1))

    path = next(path.get("d") or "" for path in picture.iter(f"{SVG}path") if path.get("stroke-width") == "2")
    (left, bottom), (middle, top), (right, between) = [
        tuple(float(number) for number in point.split()) for point in path.removeprefix("M").split("L")
    ]
    assert middle - left == pytest.approx(right - middle)
    assert between == pytest.approx((bottom + top) / 2, abs=0.1)
    assert top < bottom
    circle = next(picture.iter(f"{SVG}circle"))
    assert (float(circle.get("cx") or 0), float(circle.get("cy") or 0)) == (middle, top)


@pytest.mark.parametrize("value", [0.0, 0.25, -3.0])
def test_a_single_point_is_drawn_too(value: float) -> None:
    assert len(list(drawn(Curve("one", [(1, value)], 0)).iter(f"{SVG}circle"))) == 1
