"""Ids name a thing, and no two things have the same."""

import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

from domain.kernel import ids

FORKED = """
import os
from domain.kernel import ids
ids.new_id()
child = os.fork()
os.write(1, (ids.new_id() + os.linesep).encode())  # one write: lines never mix
if child:
    os.waitpid(child, 0)
"""


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = ids.new_id()

    assert str(uuid.UUID(made)) == made
    assert (uuid.UUID(made).version, uuid.UUID(made).variant) == (7, uuid.RFC_4122)


def test_ids_sort_by_the_time_of_their_making() -> None:
    earlier, later = ids.new_id(), ids.new_id()
    while later[:13] == earlier[:13]:  # made in the same millisecond
        later = ids.new_id()

    assert earlier < later


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: ids.new_id(), range(20_000)))

    assert len(set(made)) == 20_000


def test_a_forked_process_makes_other_ids() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED], capture_output=True, text=True, check=True
    )

    parents, childs = (line[14:] for line in sorted(done.stdout.split()))
    assert parents != childs
