"""Why somebody must look after the copies of the database."""

from collections.abc import Mapping

from domain.kernel.errors import Message, say

PROBLEMS: Mapping[str, Message] = {
    "test_failed": say("The last copy cannot be put back."),
    "failed": say("The last copy could not be made."),
    "none": say("There is no good copy of the database."),
    "old": say("The last good copy of the database is too old."),
    "copy_failed": say("The last copy did not reach the second folder."),
}
