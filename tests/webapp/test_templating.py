"""What our Jinja leaves out is missed by nobody: the same text comes out."""

import jinja2
import pytest
from jinja2 import meta
from markupsafe import Markup

from domain.commerce.orders import OrderStatus
from domain.kernel.errors import say
from webapp import i18n
from webapp.addresses import Addresses
from webapp.rendering import TEMPLATES, environment
from webapp.routes import ROUTES
from webapp.statics import Statics


@pytest.fixture(scope="module")
def env() -> jinja2.Environment:
    return environment(Addresses(ROUTES), Statics())


class Marked:
    def __html__(self) -> str:
        return "<i>"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("<b> & \"'", "&lt;b&gt; &amp; &#34;&#39;"),
        (Markup("<b>"), "<b>"),
        (Marked(), "<i>"),
        (12, "12"),
        (None, "None"),
        (OrderStatus.PAID, "paid"),
        (say("Orders"), "订单"),
    ],
)
def test_a_value_stands_in_a_page_as_text(
    env: jinja2.Environment, value: object, text: str
) -> None:
    with i18n.using("zh"):
        assert env.from_string("{{ value }}").render(value=value) == text


def test_values_of_a_sentence_are_escaped_and_the_sentence_is_not(env: jinja2.Environment) -> None:
    page = env.from_string('{{ _("Number %(id)s", id=id) }}|{{ _("100%%") }}')

    with i18n.using("en"):
        assert page.render(id="<1>") == "Number &lt;1&gt;|100%"


def test_what_a_template_does_not_know_is_a_mistake(env: jinja2.Environment) -> None:
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ nobody }}").render()


def test_a_macro_may_call_what_it_is_given(env: jinja2.Environment) -> None:
    page = env.from_string(
        "{% macro twice(n) %}{{ caller(n) }}{{ caller(n) }}{% endmacro %}"
        "{% for n in [1, 2] %}{% call(x) twice(n) %}<{{ x }}>{% endcall %}{% endfor %}"
    )

    assert page.render() == "<1><1><2><2>"


def test_a_status_is_shown_in_the_readers_language(env: jinja2.Environment) -> None:
    page = env.from_string('{% from "shared/says.html" import status %}{{ status(one) }}')

    with i18n.using("en"):
        english = page.render(one=OrderStatus.PAID)
    with i18n.using("zh"):
        chinese = page.render(one=OrderStatus.PAID)
    assert english != chinese
    assert english.startswith('<span class="badge ok">')


@pytest.mark.parametrize("path", sorted((TEMPLATES / "shared").glob("[!_]*.html")), ids=str)
def test_macros_of_all_pages_know_only_what_they_are_given(
    env: jinja2.Environment, path: "object"
) -> None:
    source = (TEMPLATES / str(path)).read_text()

    assert meta.find_undeclared_variables(env.parse(source)) <= env.globals.keys()
