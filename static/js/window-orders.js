// The pages about sold orders by keyboard. What a key does is written on its element: data-f="F6",
// data-letter="r"; data-enter is the filled button, data-back the way back. A scanner types faster
// than any hand and ends with Enter: what it typed goes to the search, wherever the focus is.

const FAST_MS = 45; // between two keys of a scanner
const SCAN_LENGTH = 8;
const FIELD = "input:not([type=radio]):not([type=checkbox]):not([type=hidden]), textarea, select";
const typing = (target) => target?.matches?.(FIELD);

let burst = "";
let last = 0;

document.addEventListener("keydown", onKey, true);
document.addEventListener("click", onClick);

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const act = scanned(event) || functionKey(event) || (typing(event.target) ? inField(event) : onGlass(event));
  if (act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

function scanned(event) {
  const fast = event.timeStamp - last < FAST_MS;
  if (event.key.length === 1) {
    burst = fast ? burst + event.key : event.key;
    last = event.timeStamp;
    return null;
  }
  const text = event.key === "Enter" && fast && burst.length >= SCAN_LENGTH ? burst : "";
  if (event.key !== "Shift") burst = "";
  if (!text || event.target.matches?.("[data-scan], [data-reads]")) return null;
  return () => find(text, event.target);
}

function find(text, target) {
  clearTimeout(timer);
  if (typing(target) && target.value.endsWith(text)) target.value = target.value.slice(0, -text.length);
  const field = document.querySelector("[data-scan]");
  field.value = text;
  field.form.requestSubmit();
}

function functionKey(event) {
  const digit = event.altKey && /^Digit\d$/.test(event.code);
  const key = digit ? `F${event.code.slice(5).replace(/^0$/, "10")}` : event.key;
  const wanted = /^F\d+$/.test(key) && document.querySelector(`[data-f="${key}"]`);
  return wanted ? () => wanted.click() : null;
}

function inField(event) {
  if (event.key === "Escape") return () => event.target.blur();
  if (event.key === "ArrowDown" && event.target.matches("[data-scan]")) return () => move(1);
  const next = event.key === "Enter" && document.getElementById(event.target.dataset.next);
  if (next && !next.value) return () => next.focus();
  return null;
}

function onGlass(event) {
  if (event.altKey) return null;
  const own = event.target.closest?.("a, button, summary");
  const keys = { Escape: back, ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: own ? null : enter };
  if (event.key in keys) return keys[event.key];
  if (event.key.length !== 1 || event.key === " ") return null;
  const key = event.key.toLowerCase();
  return document.querySelector(`[data-letter="${CSS.escape(key)}"]`) && (() => soon(event.key));
}

// A key waits a moment, for it may be the first of a scan. A hand that is as fast loses nothing.
let waiting = [];
let timer;
function soon(key) {
  waiting.push(key);
  clearTimeout(timer);
  timer = setTimeout(pressAll, FAST_MS + 5);
}

function pressAll() {
  clearTimeout(timer);
  const keys = waiting;
  waiting = [];
  if (keys.length < SCAN_LENGTH) keys.forEach(press);
}

function press(key) {
  const wanted = document.querySelector(`[data-letter="${CSS.escape(key.toLowerCase())}"]:not(:disabled)`);
  if (typing(wanted)) wanted.focus();
  else wanted?.click();
}

function enter() {
  pressAll();
  document.querySelector("[data-enter]:not(:disabled)")?.click();
}

function back() {
  location.assign(document.querySelector("[data-back]").dataset.back);
}

function move(by) {
  const all = [...document.querySelectorAll("[data-row]")];
  const at = all.indexOf(document.activeElement);
  all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
}

function onClick(event) {
  const button = event.target.closest("[data-all], [data-fills]");
  if (!button) return;
  if (button.dataset.fills) {
    const field = document.getElementById(button.dataset.fills);
    field.value = button.dataset.text;
    field.dispatchEvent(new Event("filled"));
    return;
  }
  const boxes = [...button.form.querySelectorAll("input[type=checkbox]")];
  const tick = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = tick;
}
