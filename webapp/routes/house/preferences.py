"""A person's choice of language and light, and the operator's colour."""

from starlette.requests import Request
from starlette.responses import Response

from webapp import forms, htmx, i18n, signin, site

YEAR_SECONDS = 365 * 24 * 3600
THEMES = ("light", "dark", "system")


async def update(request: Request) -> Response:
    """Remember the language or the light of this browser, then go back to where one was."""
    form = await forms.read(request)
    response = htmx.redirect(request, signin.local_path(form.text("next")) or "/")
    if (locale := form.text("locale")) in i18n.LOCALES:
        _remember(request, response, i18n.COOKIE, locale)
    if (theme := form.text("theme")) in THEMES:
        _remember(request, response, site.THEME_COOKIE, theme)
    return response


async def brand(request: Request) -> Response:
    """The operator's colour, as a style sheet: a strict policy allows no style attribute."""
    hue = (await signin.doorkeeper_of(request).site()).brand_hue
    css = f":root {{ --brand-hue: {hue}; }}\n" if hue != site.DEFAULT_HUE else ""
    return Response(css, media_type="text/css", headers={"Cache-Control": "max-age=300"})


def _remember(request: Request, response: Response, name: str, value: str) -> None:
    secure = request.app.state.settings.secure
    response.set_cookie(
        name, value, max_age=YEAR_SECONDS, samesite="lax", secure=secure, httponly=True
    )
