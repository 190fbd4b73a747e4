"""Texts of messages: what is in force, another text for approval with its preview, test sendings,
and whether an event is told on a channel at all."""

from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import clock
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, NotFound, say
from domain.operation import messages
from domain.operation.messages import Content, MessageChannel, Note, templates
from domain.operation.messages.templates import Template
from domain.operation.staff import Permission
from webapp import forms, htmx, i18n
from webapp.form_fields import Line, LongLine, Paragraph
from webapp.forms import Form, Typed
from webapp.parts import actor_of, db_of, staff_of, vault_of
from webapp.permissions import page
from webapp.rendering import render

SEE, EDIT, POST = Permission.MESSAGES_SEE, Permission.MESSAGES_EDIT, ["POST"]


class TemplateForm(Form):
    body_zh: Paragraph = ""
    body_en: Paragraph = ""
    subject_zh: Line = ""
    subject_en: Line = ""
    provider_zh: Line = ""
    provider_en: Line = ""
    order: Line = ""
    reason: LongLine = ""


class SwitchForm(Form):
    on: bool = False


class TrialForm(Form):
    address: Line


class Preview(NamedTuple):
    """A text with sample values, as somebody would get it."""

    language: str
    subject: str
    text: str
    characters: int
    parts: int


def previews(template: Template, content: Content) -> list[Preview]:
    shown = []
    values = messages.samples(template.kind)
    for language in ("zh", "en"):
        subject, body, _ = messages.content_for(content, language)
        text = messages.fill(body, template.kind, values, language)
        head = messages.fill(subject, template.kind, values, language)
        count, paid = messages.characters(text), messages.parts(text)
        shown.append(Preview(language, head, text, count, paid))
    return shown


def content_of(wanted: TemplateForm) -> Content:
    given = wanted.model_dump(exclude={"reason", "order"})
    return Content(**given, order=tuple(wanted.order.replace("，", ",").replace(",", " ").split()))


def typed_of(content: Content) -> Typed:
    return forms.filled({**content._asdict(), "order": ", ".join(content.order)})


def which(request: Request) -> tuple[str, MessageChannel]:
    word = request.path_params["channel"]
    if word not in set(MessageChannel):
        raise NotFound()
    return request.path_params["event"], MessageChannel(word)


async def index(request: Request) -> Response:
    rows = await db_of(request).ask(templates.listed)
    context = {"rows": rows, "may_edit": staff_of(request).may(EDIT), "parts": paid_parts}
    return render(request, "office/message_templates/index.html", context)


def paid_parts(template: Template) -> int:
    return previews(template, template.content)[0].parts


async def edit(request: Request) -> Response:
    template = await db_of(request).ask(templates.get, *which(request))
    return await _page(request, template, typed_of(template.content), template.content)


async def update(request: Request) -> Response:
    """Looked at, or asked for: nothing changes before another has approved it."""
    template = await db_of(request).ask(templates.get, *which(request))
    typed = await forms.read(request)
    content = template.content
    try:
        wanted = forms.parse(TemplateForm, typed)
        content = content_of(wanted)
        messages.check(template.kind, template.channel, content)
        if typed.text("preview"):
            return await _page(request, template, typed, content)
        approval_id = await db_of(request).act(
            templates.propose,
            template.event,
            template.channel,
            content,
            actor_of(request),
            clock.utc_now(),
            wanted.reason,
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, template, typed.refused(error), content, status=422)
    address = request.app.state.addresses.path("approvals.show", approval_id=approval_id)
    return htmx.toast(htmx.redirect(request, address), i18n.here(say("Waits for approval")))


async def switch(request: Request) -> Response:
    event, channel = which(request)
    on = forms.parse(SwitchForm, await forms.read(request)).on
    await db_of(request).act(
        templates.switch, event, channel, on, actor_of(request), clock.utc_now()
    )
    return htmx.redirect(request, request.app.state.addresses.path("message_templates.index"))


async def trial(request: Request) -> Response:
    """Send the text in force, with sample values, to somebody's own address."""
    template = await db_of(request).ask(templates.get, *which(request))
    typed = await forms.read(request)
    staff, vault, now = staff_of(request), vault_of(request), clock.utc_now()
    try:
        wanted = forms.parse(TrialForm, typed)
        note = Note(
            template.event,
            template.channel,
            wanted.address,
            i18n.current(),
            messages.samples(template.kind),
            ("staff", staff.id),
        )

        async def act(tx: Tx) -> None:
            messages.send(tx, vault, note, now)

        await db_of(request).act(act)
    except InvalidInput as error:
        shown = Typed({**typed_of(template.content).values, "address": [typed.text("address")]})
        return await _page(request, template, shown.refused(error), template.content, status=422)
    address = request.app.state.addresses.path("message_deliveries.index")
    said = i18n.here(say("On its way; look here what becomes of it."))
    return htmx.toast(htmx.redirect(request, address), said)


async def _page(
    request: Request, template: Template, form: Typed, content: Content, status: int = 200
) -> Response:
    rows: list[Any] = await db_of(request).ask(templates.versions, template.event, template.channel)
    context = {
        "template": template,
        "form": form,
        "previews": previews(template, content),
        "versions": rows,
        "is_mail": template.channel is MessageChannel.EMAIL,
        "may_edit": staff_of(request).may(EDIT),
    }
    return render(request, "office/message_templates/edit.html", context, status=status)


ONE = "/office/messages/templates/{event}/{channel}"
routes = [
    page("/office/messages/templates", index, name="message_templates.index", permission=SEE),
    page(ONE, edit, name="message_templates.edit", permission=SEE),
    page(ONE, update, name="message_templates.update", permission=EDIT, methods=POST),
    page(f"{ONE}/switch", switch, name="message_templates.switch", permission=EDIT, methods=POST),
    page(f"{ONE}/trials", trial, name="message_trials.create", permission=EDIT, methods=POST),
]
