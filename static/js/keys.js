// The office by keyboard: / search, N new, J and K rows, X select, Enter open, Esc close a panel.
// A key does what an element's data-key or <kbd> shows. Nothing happens while one types.

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

export function startKeys() {
  if (document.documentElement.dataset.face !== "office") return;
  document.addEventListener("keydown", onKey);
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const act = { j: () => move(1), k: () => move(-1), x: select, enter: open, escape: close }[event.key.toLowerCase()];
  const done = act ? act(event) : press(event.key.toLowerCase());
  if (done) event.preventDefault();
}

function press(key) {
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted) return false;
  if (wanted.matches(TYPING)) wanted.focus();
  else wanted.click();
  return true;
}

const rows = () =>
  [...document.querySelectorAll("main .table tbody tr:has(a[href], .tick input)")].filter((row) => row.checkVisibility());
const current = () => document.activeElement?.closest("main .table tbody tr");

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current());
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function select() {
  const box = current()?.querySelector(".tick input");
  box?.click();
  return Boolean(box);
}

function open(event) {
  if (event.target !== current()) return false; // a link or button in the row does its own
  const link = current()?.querySelector("a[href]");
  link?.click();
  return Boolean(link);
}

function close() {
  const button = document.querySelector("main aside [data-key='escape'], main .bulk [data-key='escape']");
  button?.click();
  return Boolean(button);
}
