"""Charts: well-formed, to scale, and readable."""

from xml.etree import ElementTree

import pytest

from millrace_training.benchmark.chart import Curve, Point, line_chart, point_chart

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


def test_points_are_where_their_numbers_say_and_have_the_colours_of_their_names() -> None:
    points = [Point("cheap & plain", 100, 0.11), Point("dear", 200, 0.13), Point("between", 125, 0.12)]
    picture = ElementTree.fromstring(point_chart("cost", "ms", "NDCG@10", points))

    circles = list(picture.iter(f"{SVG}circle"))
    (left, bottom), (right, top), (quarter, middle) = [
        (float(each.get("cx") or 0), float(each.get("cy") or 0)) for each in circles
    ]
    assert quarter - left == pytest.approx((right - left) / 4, abs=0.1)
    assert middle == pytest.approx((bottom + top) / 2, abs=0.1)
    assert top < bottom
    names = {text.text: text.get("fill") for text in picture.iter(f"{SVG}text")}
    assert [names[point.name] for point in points] == [each.get("fill") for each in circles]
    assert len({each.get("fill") for each in circles}) == 3
    assert {"cost", "ms", "NDCG@10", "100", "200"} <= set(names)
