"""One office page that uses every shared macro: what the component tests read and look at."""

from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain.kernel.errors import InvalidInput, say
from domain.operation.jobs.model import JobStatus
from webapp import charts, forms, paging, rendering
from webapp.charts import Series
from webapp.permissions import page
from webapp.shown import Change, Happening

AT = datetime(2026, 11, 22, 6, 32, 5, tzinfo=UTC)
HOURS = [f"{hour:02d}:00" for hour in range(8, 18)]
SOLD = [386, 742, 868, 744, 386, 521, 467, None, None, None]
CAME = [298, 688, 847, 752, 412, 486, 572, None, None, None]

TEMPLATE = Path(__file__).with_name("components.html")


async def show(request: Request) -> Response:
    templates = request.app.state.templates
    typed = forms.filled(
        {"name": "古丽努尔·买买提艾力", "identity": "110105194912310021", "price_minor": 9800}
    )
    wrong = InvalidInput({"identity": say("This is not right.")})
    context = {
        "form": typed.refused(wrong),
        "at": AT,
        "jobs": list(JobStatus),
        "drawn": charts.bars(
            HOURS,
            [Series("售出", SOLD), Series("入园", CAME, "b"), Series("上周日", SOLD[::-1], "l")],
        ),
        "lined": charts.lines(HOURS, [Series("今年", SOLD), Series("去年", CAME, "b")], width=520),
        "piled": charts.stacked(
            HOURS, [Series("窗口", SOLD), Series("网上", CAME, "b")], width=520
        ),
        "rows": paging.Page([1938, 1937, 1936], older="next"),
        "happenings": [
            Happening(
                AT,
                "改元旦票价",
                "李建平",
                "复核 杨敏",
                "tag",
                "info",
                [Change("1月1日", "¥88.00", "¥98.00")],
            ),
            Happening(AT, "打印团队票 1 张", symbol="print"),
        ],
    }
    whole = {**rendering.about(request), **context}
    return HTMLResponse(templates.from_string(TEMPLATE.read_text()).render(whole))


ROUTES = [page("/components", show, name="components", public=True)]
