"""Which secret the broker's file holds while a device has two."""

from devicehub.passwords import Credential, Passwords

PLAIN = Credential("a", "old-a")
ROTATING = Credential("b", "old-b", "new-b")


def passwords(*credentials: Credential) -> Passwords:
    made = Passwords("hub", "h")
    made.replace(credentials)
    return made


def asked(known: Passwords, device_id: str) -> str:
    lines = dict(line.split(":") for line in known.text().splitlines())
    return lines[device_id]


def test_the_file_names_the_hub_and_every_device() -> None:
    assert passwords(ROTATING, PLAIN).text() == "hub:h\na:old-a\nb:old-b\n"


def test_the_new_secret_is_asked_for_once_the_device_says_it_has_it() -> None:
    known = passwords(ROTATING, PLAIN)

    assert known.expect_next("b")
    assert not known.expect_next("b")
    assert not known.expect_next("a"), "it has no new one"
    assert asked(known, "b") == "new-b"


def test_somebody_turned_away_may_try_with_the_other_secret() -> None:
    known = passwords(ROTATING, PLAIN)

    assert known.turned_away()
    assert (asked(known, "a"), asked(known, "b")) == ("old-a", "new-b")
    assert known.turned_away()
    assert asked(known, "b") == "old-b"


def test_a_device_that_is_connected_keeps_the_secret_it_came_with() -> None:
    known = passwords(ROTATING)
    known.connected("b")

    assert not known.turned_away()
    known.disconnected("b")
    assert known.turned_away()


def test_coming_with_the_new_secret_ends_the_rotation() -> None:
    known = passwords(ROTATING)

    assert not known.connected("b")
    known.expect_next("b")
    assert known.connected("b")
    known.replace([Credential("b", "new-b")])
    assert asked(known, "b") == "new-b"
    assert not known.turned_away()


def test_nothing_changes_when_the_same_credentials_come_again() -> None:
    known = passwords(PLAIN, ROTATING)

    assert not known.replace([ROTATING, PLAIN])
    assert known.replace([ROTATING])
