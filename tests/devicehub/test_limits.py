"""How much one device may say."""

from devicehub.limits import Limits


def test_a_device_may_burst_and_then_say_so_much_a_second() -> None:
    now = [100.0]
    limits = Limits(20, 60, clock=lambda: now[0])

    assert [limits.allows("a") for _ in range(61)] == [True] * 60 + [False]
    now[0] += 0.5
    assert [limits.allows("a") for _ in range(11)] == [True] * 10 + [False]
    now[0] += 3600
    assert sum(limits.allows("a") for _ in range(100)) == 60


def test_one_device_does_not_use_up_what_another_may_say() -> None:
    limits = Limits(1, 1, clock=lambda: 0.0)

    assert limits.allows("a")
    assert not limits.allows("a")
    assert limits.allows("b")
