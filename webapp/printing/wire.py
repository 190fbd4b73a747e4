"""What goes between the server and its printing process: a length, then MessagePack."""

import struct
from typing import NamedTuple

import msgspec

from webapp.printing.model import Paper

LENGTH = struct.Struct(">I")


class Job(NamedTuple):
    kind: str  # the name of the documents' class
    paper: Paper
    documents: msgspec.Raw


class Printed(NamedTuple):
    pdf: bytes
    missing_letters: int  # that no font has: an empty box stands for each
    resident_kb: int  # the most memory that the process ever used
