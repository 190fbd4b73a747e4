"""Waiting for a place in a full slot (候补)."""

from enum import StrEnum


class WaitStatus(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"  # places are held for this one until `offered_until`
    TAKEN = "taken"  # booked with them
    LEFT = "left"  # went by itself, or was taken from the list
    PASSED = "passed"  # did not answer the offer in time
    OVER = "over"  # the slot has ended


LIVING = (WaitStatus.WAITING, WaitStatus.OFFERED)
MOST_HEADS = 20  # of one who waits; more is a group
MOST_OF_ONE = 5  # slots that one phone waits for
