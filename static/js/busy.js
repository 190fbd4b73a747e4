// While a request runs: the button says so, the table behind it dims, a second press does nothing.

export function startBusy() {
  document.addEventListener("htmx:beforeRequest", (event) => mark(event.detail, true));
  document.addEventListener("htmx:afterRequest", (event) => mark(event.detail, false));
  document.addEventListener("submit", onPlainSubmit);
  window.addEventListener("pageshow", release); // back from the history: nothing is busy any more
}

function mark(detail, isBusy) {
  const asker = detail.requestConfig?.triggeringEvent?.submitter ?? detail.elt;
  for (const element of [asker, detail.target]) {
    if (!(element instanceof Element) || element === document.body) continue;
    if (isBusy) element.setAttribute("aria-busy", "true");
    else element.removeAttribute("aria-busy");
  }
}

function onPlainSubmit(event) {
  const form = event.target;
  const staysHere = form.method !== "post" || form.target || form.matches("[hx-post], [hx-put], [hx-delete], [data-again]");
  if (event.defaultPrevented || staysHere) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

function release() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
}
