// Failures stand at the top until they are dismissed; a toast says what was done and goes away.

const TOAST_SECONDS = 6;

export function startNotices() {
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".notice, .toast")?.remove();
  });
  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));
  document.addEventListener("htmx:sendError", offline);
  document.addEventListener("htmx:timeout", offline);
  document.addEventListener("htmx:beforeRequest", () => document.getElementById("notice")?.remove());
  document.addEventListener("htmx:afterSwap", lift);
}

export function toast(text, kind = "ok") {
  const line = document.createElement("div");
  line.className = `toast ${kind}`;
  const sign = document.getElementById(kind === "bad" ? "sign-bad" : "sign-ok");
  line.append(sign.content.cloneNode(true), text);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), TOAST_SECONDS * 1000);
}

function offline() {
  toast(document.getElementById("words-offline").content.textContent, "bad");
}

// A notice must be seen above an open dialog too, so it joins the top layer.
function lift(event) {
  const notices = document.getElementById("notices");
  if (event.detail.target !== notices || !document.querySelector("dialog[open]")) return;
  notices.setAttribute("popover", "manual");
  if (!notices.matches(":popover-open")) notices.showPopover();
}
