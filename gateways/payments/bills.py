"""The bill files of the platforms, line by line. ValueError for what is not whole or no bill."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from domain.kernel.ports import Billed, BilledKind
from gateways.payments.numbers import fen, lengthened, shortened

MOST_BYTES = 256 * 1024 * 1024  # unpacked: a file that grows beyond it is not a day's bill
CODINGS = ("utf-8-sig", "gb18030")


def of_wechat(file: bytes) -> Sequence[Billed]:
    """Each field begins with a backtick; two lines of sums end the file."""
    rows = list(csv.reader(io.StringIO(_text(file))))
    heads = [
        at for at, row in enumerate(rows) if row and row[0].lstrip("`").startswith("总交易单数")
    ]
    if not rows or not heads or len(rows) <= heads[0] + 1:
        raise ValueError("a bill without its sums")
    names, lines = _clean(rows[0]), rows[1 : heads[0]]
    sums = dict(zip(_clean(rows[heads[0]]), _clean(rows[heads[0] + 1]), strict=False))
    if int(sums["总交易单数"]) != len(lines):
        raise ValueError("a bill with fewer lines than it says")
    return [_wechat_line(dict(zip(names, _clean(line), strict=False))) for line in lines]


def _wechat_line(line: Mapping[str, str]) -> Billed:
    state = line["交易状态"]
    if state == "SUCCESS":
        return Billed(
            BilledKind.CHARGE,
            lengthened(line["商户订单号"]),
            fen(line["订单金额"]),
            line["微信订单号"],
        )
    if state in ("REFUND", "REVOKED"):
        return Billed(
            BilledKind.REFUND,
            shortened(line["商户退款单号"]),
            fen(line.get("申请退款金额") or line["退款金额"]),
            line["微信退款单号"],
            line.get("退款状态", "SUCCESS") in ("SUCCESS", ""),
        )
    raise ValueError(f"a line of an unknown kind: {state}")


def of_alipay(file: bytes) -> Sequence[Billed]:
    """A zip of two tables, one of single lines and one of sums; lines of words begin with #."""
    rows = [row for row in csv.reader(io.StringIO(_text(_details_of(file)))) if row]
    table = [row for row in rows if not row[0].lstrip().startswith("#")]
    if not table or "商户订单号" not in _clean(table[0]):
        raise ValueError("a bill without its table")
    if not any("业务明细列表结束" in row[0] for row in rows):
        raise ValueError("a bill without its end")
    names = _clean(table[0])
    lines = (dict(zip(names, _clean(row), strict=False)) for row in table[1:])
    return list(_alipay_lines(lines))


def _alipay_lines(lines: Iterator[dict[str, str]]) -> Iterator[Billed]:
    for line in lines:
        amount, reference = fen(line["订单金额（元）"]), line["支付宝交易号"]
        if line["业务类型"] == "交易":
            yield Billed(BilledKind.CHARGE, lengthened(line["商户订单号"]), amount, reference)
        elif line["业务类型"] == "退款":
            number = shortened(line["退款批次号/请求号"])
            yield Billed(BilledKind.REFUND, number, abs(amount), reference)
        else:
            raise ValueError(f"a line of an unknown kind: {line['业务类型']}")


def _details_of(file: bytes) -> bytes:
    """The table of single lines; its name does not tell of sums (汇总)."""
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as packed:
            for one in packed.infolist():
                if not one.flag_bits & 0x800:  # a name that is not UTF-8 was read as code page 437
                    name = one.filename.encode("cp437", "replace").decode("gb18030", "replace")
                else:
                    name = one.filename
                if "汇总" not in name and name.lower().endswith(".csv"):
                    if one.file_size > MOST_BYTES:
                        raise ValueError("a bill that is too large")
                    return packed.read(one)
    except zipfile.BadZipFile as error:
        raise ValueError("no zip file") from error
    raise ValueError("a bill without its table")


def _clean(row: Sequence[str]) -> list[str]:
    """Without backticks, tabs and spaces; and one kind of brackets."""
    return [cell.strip().lstrip("`").strip().replace("(", "（").replace(")", "）") for cell in row]


def _text(file: bytes) -> str:
    for coding in CODINGS:
        try:
            return file.decode(coding)
        except UnicodeDecodeError:
            continue
    raise ValueError("a bill that is no text")
