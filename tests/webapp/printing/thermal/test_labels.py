"""Labels: what a label printer is told, read with the marks of its own language."""

import re

import pytest

from tests.webapp.printing import samples
from webapp.printing.model import Label
from webapp.printing.thermal import labels

SIZE = labels.LabelSize()
EVIL = Label('票"\r\nPRINT 9,9\r\n^XZ~JA')


def tspl_strings(page: bytes, command: str) -> list[str]:
    return re.findall(rf'^{command} .*?,"([^"]*)"\r$', page.decode("gb18030"), re.M)


def zpl_fields(page: bytes) -> list[str]:
    fields = re.findall(r"\^FD([^^~]*)\^FS", page.decode())
    return [re.sub(r"_([0-9a-f]{2})", lambda hit: chr(int(hit[1], 16)), one) for one in fields]


def test_tspl_holds_the_code_and_the_words() -> None:
    page = labels.tspl([samples.ticket()], SIZE)
    assert samples.code() in page.decode("gb18030")
    assert page.startswith(b"SIZE 80 mm,50 mm\r\nGAP 2 mm,0 mm\r\nCLS\r\n")
    assert page.endswith(b"PRINT 1,1\r\n")
    assert f'"{labels.TSPL_FONT}",0,1,1,"成人票"' in page.decode("gb18030")


def test_zpl_holds_the_code_and_the_words() -> None:
    fields = zpl_fields(labels.zpl([samples.ticket(reprint=1, seats="12")], SIZE))
    assert fields[0] == f"MA,{samples.code()}"
    assert {"云岭景区", "成人票", "13:00-15:00", "座位 12 号", "重打 1"} <= set(fields)


def test_each_ticket_has_its_label() -> None:
    both = [samples.ticket(1), samples.ticket(2)]
    assert labels.tspl(both, SIZE).count(b"PRINT 1,1") == 2
    assert labels.zpl(both, SIZE).count(b"^XZ") == 2


def test_a_name_cannot_give_orders_to_a_label_printer() -> None:
    evil = samples.ticket(type_name=EVIL)
    rows = labels.tspl([evil], SIZE).decode("gb18030").split("\r\n")
    assert sum(row.startswith("PRINT") for row in rows) == 1
    page = labels.zpl([evil], SIZE)
    assert page.count(b"^XZ") == 1 and b"~" not in page
    assert any("^XZ~JA" in one for one in zpl_fields(page))


def test_a_receipt_is_not_for_a_label() -> None:
    with pytest.raises(ValueError, match="not for a label"):
        labels.tspl([samples.RECEIPT], SIZE)
