"""The progress line tells speed and expected end, and is quiet where nobody watches."""

import io

from millrace_training.progress import Progress


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_log_gets_one_line_per_interval_with_speed_and_time_left() -> None:
    out, clock = io.StringIO(), Clock()

    with Progress("fitting", 100, "events", out, clock) as line:
        for _ in range(50):
            clock.seconds += 0.5
            line.advance(1, "loss 5.1")

    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert " 30%  2 events/s  0:15 gone, 0:35 left  loss 5.1" in lines[0]


def test_what_an_earlier_run_did_is_in_the_bar_and_not_in_the_speed() -> None:
    out, clock = io.StringIO(), Clock()

    with Progress("fitting", 100, "events", out, clock) as line:
        line.skip(60)
        clock.seconds += 20
        line.advance(20)

    assert " 80%  1 events/s  0:20 gone, 0:20 left" in out.getvalue()


def test_no_work_at_all_is_finished() -> None:
    out = io.StringIO()

    with Progress("fitting", 0, "events", out, Clock()):
        pass

    assert "0:00 left" in out.getvalue()
