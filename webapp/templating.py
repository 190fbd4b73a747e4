"""Jinja without the detours that no template of ours takes. A page of fifty rows holds some
thousand expressions: each is made text by one function, and what it calls is called."""

from collections import ChainMap
from types import FunctionType, MethodType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import (  # type: ignore[attr-defined]  # escape makes a Markup of each piece
    Markup,
    _escape_inner,
    escape,
)

from domain.kernel.errors import Message
from webapp import i18n

SHARED = "shared/"
PLAIN = (FunctionType, MethodType)


def shown(value: Any) -> str:
    """An expression as it stands in a page: a sentence of the domain in the reader's language,
    everything escaped that is not markup already."""
    kind = type(value)
    if kind is str:
        text: str = _escape_inner(value)
        return text
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return escape(i18n.here(value) if isinstance(value, Message) else value)


class QuickCode(CodeGenerator):
    """Writes an expression as `environment.shown(...)`. Macros of shared/ know only what they are
    given, so they are read once, not by every page that imports them."""

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:  # noqa: N802  # its own
        if isinstance(node.template, nodes.Const) and node.template.value.startswith(SHARED):
            node.with_context = False
        super().visit_FromImport(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class QuickContext(Context):
    """Calls macros and plain functions at once, without asking whether they want the context."""

    def __init__(self, environment: Any, parent: Any, *given: Any, **named: Any) -> None:
        """What macros of shared/ find outside themselves is a chain of mappings: slow to ask."""
        found = dict(parent) if isinstance(parent, ChainMap) else parent
        super().__init__(environment, found, *given, **named)

    def call(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(obj)
        if kind is not Macro and (kind not in PLAIN or hasattr(obj, "jinja_pass_arg")):
            return super().call(obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
        return obj(*args, **kwargs)


def gettext(text: str, /, **values: Any) -> Markup:
    """A sentence of a template with its values, which are escaped."""
    return i18n.marked(text) % values if values else i18n.plainly_marked(text)
