"""ESC/POS read back: what a printer would have on paper. It shares nothing with what writes it, and
whatever it does not know is an error, as it would be scrap on paper."""

from dataclasses import dataclass, field

LENGTHS = {
    b"\x1b@": 2, b"\x1ba": 3, b"\x1bE": 3, b"\x1bp": 5,
    b"\x1c&": 2, b"\x1d!": 3, b"\x1dV": 4, b"\x1dr": 3,
}  # fmt: skip
QR = b"\x1d("
QR_HEAD = 5
STORE, PRINT, LEVEL = b"1P0", b"1Q0", b"1E"
LEAST_OF_TWO = 0x81
FOUR_BYTE_MARKS = range(0x30, 0x3A)


class UnknownCommand(ValueError):
    """Bytes that no printer of this kind understands."""


@dataclass
class Slip:
    """One piece of paper, up to its cut."""

    lines: list[str] = field(default_factory=list)
    big: list[str] = field(default_factory=list)  # those of double size
    codes: list[str] = field(default_factory=list)


@dataclass
class Reader:
    """Takes bytes as they come; a command that is not whole yet waits for its rest."""

    slips: list[Slip] = field(default_factory=list)
    kicks: int = 0
    _rest: bytes = b""
    _slip: Slip = field(default_factory=Slip)
    _text: bytes = b""
    _size: int = 0
    _stored: str = ""
    _double: bool = False

    def feed(self, arrived: bytes) -> int:
        """How many questions came that are to be answered in their turn."""
        self._rest += arrived
        questions = 0
        while length := self._length():
            command, self._rest = self._rest[:length], self._rest[length:]
            questions += self._obey(command)
        return questions

    def forget_half(self) -> None:
        """The line was closed: a command or a letter that is not whole means nothing."""
        self._rest, self._text = b"", b""

    @property
    def unfinished(self) -> Slip:
        """The paper that is not cut yet."""
        return self._slip

    def _length(self) -> int:
        """Of the first command; 0 when it is not whole."""
        rest = self._rest
        if not rest:
            return 0
        if rest[0] in b"\x1b\x1c\x1d":
            length = self._command_length()
        elif rest[0] >= LEAST_OF_TWO:
            length = 2
        else:
            length = 1
        return length if len(rest) >= length else 0

    def _command_length(self) -> int:
        name = self._rest[:2]
        if len(name) < 2:
            return 2
        if name == QR:
            return QR_HEAD + int.from_bytes(self._rest[3:QR_HEAD], "little")
        if name not in LENGTHS:
            raise UnknownCommand(name.hex())
        return LENGTHS[name]

    def _obey(self, command: bytes) -> int:
        name = command[:2]
        if command == b"\n":
            self._end_line()
        elif name == QR:
            self._obey_qr(command[QR_HEAD:])
        elif name == b"\x1dV":
            self.slips.append(self._slip)
            self._slip = Slip()
        elif name == b"\x1bp":
            self.kicks += 1
        elif name == b"\x1d!":
            self._size = command[2]
        elif name in (b"\x1b@", b"\x1c&"):
            self._double = name == b"\x1c&"
        elif command[0] not in b"\x1b\x1c\x1d":
            self._take_letter(command)
        return int(name == b"\x1dr")

    def _take_letter(self, letter: bytes) -> None:
        if len(letter) == 1 and letter[0] < 0x20:
            raise UnknownCommand(letter.hex())
        if len(letter) == 2 and (letter[1] in FOUR_BYTE_MARKS or not self._double):
            raise UnknownCommand(f"no letter {letter.hex()}")
        self._text += letter

    def _end_line(self) -> None:
        line, self._text = self._text.decode("gb18030"), b""
        self._slip.lines.append(line)
        if self._size:
            self._slip.big.append(line)

    def _obey_qr(self, told: bytes) -> None:
        if told.startswith(STORE):
            self._stored = told[len(STORE) :].decode("ascii")
        elif told == PRINT:
            self._slip.codes.append(self._stored)


def read_back(page: bytes) -> list[Slip]:
    """The pieces of paper that a page makes."""
    reader = Reader()
    reader.feed(page)
    rest = [reader.unfinished] if reader.unfinished != Slip() else []
    return reader.slips + rest
