"""Templates: one environment an app, and `render`, which answers with a page or a part of it."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from webapp import (
    badges,
    charts,
    filters,
    htmx,
    i18n,
    navigation,
    permissions,
    signin,
    site,
    templating,
    words,
)
from webapp.addresses import Addresses
from webapp.statics import Statics

TEMPLATES = Path(__file__).parent / "templates"

# By default htmx drops every 4xx silently. A 422 is a form with its mistakes marked and stands
# where the form stood; any other failure brings one notice, which goes to the page's edge.
HTMX_CONFIG = {
    "allowEval": False,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,  # personal data has no place in localStorage
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {
            "code": "[45]..",
            "swap": True,
            "error": True,
            "target": "#notices",
            "swapOverride": "innerHTML",
            "select": "#notice",
        },
    ],
}


class _Bytecode(jinja2.BytecodeCache):
    """Compiled templates, shared by every app of the process."""

    compiled: dict[str, bytes] = {}  # noqa: RUF012  # one for the process is the point

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.compiled.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


def environment(addresses: Addresses, statics: Statics) -> jinja2.Environment:
    """The templates of one app: its addresses, its static files, both languages."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_Bytecode(),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.code_generator_class, env.context_class = templating.QuickCode, templating.QuickContext
    env.shown = templating.shown  # type: ignore[attr-defined]  # what QuickCode writes
    env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        i18n.gettext, i18n.ngettext, newstyle=True, pgettext=i18n.pgettext
    )
    env.globals.update({"_": templating.gettext, "gettext": templating.gettext})
    env.filters.update(filters.FILTERS)
    env.globals.update(
        addresses=addresses,
        url_for=addresses.path,
        static_url=statics.url,
        icon=_icon_of(statics),
        locale=i18n.current,
        language_tags=i18n.TAGS,
        site=site.current,
        htmx_config=json.dumps(HTMX_CONFIG, separators=(",", ":")),
        default_hue=site.DEFAULT_HUE,
        chart_fills=charts.FILLS,
        word_of=words.word_of,
        label_of=words.label_of,
        badge_of=_badge_of,
    )
    return env


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Answer with the block `fragment` of a template if htmx wants a part, else with all of it."""
    part = fragment if htmx.wants_fragment(request) else None
    response = HTMLResponse(text_of(request, template, context, part), status_code=status)
    response.headers["Vary"] = htmx.VARY
    response.headers["Cache-Control"] = "no-store"  # a till's Back key shows nobody's data
    return response


def text_of(
    request: Request, template: str, context: Mapping[str, Any], block: str | None = None
) -> str:
    """A page, or one block of it, as text (live streams send blocks)."""
    env: jinja2.Environment = request.app.state.templates
    page = env.get_template(template)
    whole = {**about(request), **context}
    if block is None:
        return page.render(whole)
    return "".join(page.blocks[block](page.new_context(whole)))


def about(request: Request) -> dict[str, Any]:
    """What every page may ask: who looks, in which light, and where they may go."""
    staff = signin.staff_or_nobody(request)
    chosen = request.cookies.get(site.THEME_COOKIE) or (staff.theme if staff else "")
    return {
        "request": request,
        "staff": staff,
        "theme": chosen if chosen in ("light", "dark") else "",
        "rail": lambda: navigation.rail(
            request.app.state.addresses,
            lambda route: permissions.may_open(staff, route),
            request.url.path,
            counts=badges.counts(request),
        ),
    }


def _badge_of(member: StrEnum, bare: bool) -> Markup:
    """A status by its word: `status` of shared/says.html."""
    return _badge(i18n.current(), type(member), member.value, bare)


@cache
def _badge(locale: str, kind: type[StrEnum], value: str, bare: bool) -> Markup:
    word = words.word_of(kind(value))
    classes = " ".join(["badge", *([word.tone] if word.tone else []), *(["bare"] if bare else [])])
    label = i18n.translate(locale, word.label)
    return Markup('<span class="{}">{}</span>').format(classes, label)


def _icon_of(statics: Statics) -> Callable[..., Markup]:
    sprite = statics.url("icons.svg")

    @cache  # a page of rows shows hundreds of the same few
    def icon(name: str, extra: str = "") -> Markup:
        """A symbol of icons.svg; it is decoration, words stand beside it."""
        return Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(
            f" {extra}" if extra else "", sprite, name
        )

    return icon
