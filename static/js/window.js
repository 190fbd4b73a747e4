// The sale by keyboard. Quantities stand in the form's own hidden fields; a key changes them and
// the figures on the tile at once, then the server prices the cart (event "requote") and morphs
// the form. Without this module every button is a submit button and does the same, slower.

const form = () => document.getElementById("sale");
const typing = (target) =>
  target.matches?.("input:not([type=radio]):not([type=checkbox]):not([type=hidden]), textarea, select");
let times = ""; // digits typed before *

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("change", onChange);
document.addEventListener("input", onInput);
document.addEventListener("htmx:sendError", () => connected(false));
document.addEventListener("htmx:afterOnLoad", () => connected(true));
document.addEventListener("htmx:afterSettle", () => form()?.removeAttribute("data-pending"));

function onClick(event) {
  const button = event.target.closest("[data-tile], [data-more], [data-less], [data-tendered], [data-next-name]");
  if (!button || !form()?.contains(button)) return;
  event.preventDefault();
  if (button.dataset.tile) add(button.dataset.tile, event.shiftKey ? -1 : 1);
  else if (button.dataset.more) add(button.dataset.more, 1);
  else if (button.dataset.less) add(button.dataset.less, -1);
  else if (button.dataset.tendered) tender(button.dataset.tendered);
  else nextName();
}

function onChange(event) {
  if (!form()?.contains(event.target)) return;
  if (event.target.matches("[data-day]")) form().elements.on.value = event.target.value;
  if (event.target.matches("[data-scan]")) return;
  requote();
}

let waiting;
let isEdited = false; // since the server was last asked: its answer would undo what is being typed
function onInput(event) {
  if (form()?.contains(event.target) && !event.target.matches("[data-scan]")) isEdited = true;
  if (!event.target.matches("#tendered, [data-name-field]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(requote, 250);
}

function onKey(event) {
  if (!form() || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (document.querySelector("dialog[open]")) return;
  const act = functionKey(event) || (typing(event.target) ? inField(event) : onGlass(event));
  if (act) {
    event.preventDefault();
    act();
  }
}

// What a key does is written on its element: data-f="F9". Alt and a digit stand for a function key
// on tills whose browser keeps those for itself.
function functionKey(event) {
  const key = event.altKey && /^Digit\d$/.test(event.code) ? `F${event.code.slice(5).replace(/^0$/, "10")}` : event.key;
  if (!/^F\d+$/.test(key)) return null;
  const wanted = document.querySelector(`[data-f="${key}"]`);
  return wanted && (() => wanted.click());
}

const COUPON = /^[2-9A-Z]{4}(-[2-9A-Z]{4}){2}$/i; // what a scanner reads off one

function inField(event) {
  if (event.key === "Enter") return event.target.matches("#tendered") ? sell : () => entered(event.target);
  if (event.key === "Escape") return () => event.target.blur();
  return null;
}

function entered(field) {
  const find = field.dataset.find;
  const coupon = form().elements.coupon;
  if (find && coupon && COUPON.test(field.value.trim())) {
    coupon.value = field.value.trim();
    field.value = "";
    return requote();
  }
  if (find && field.value.trim()) search(find, field.value.trim());
  else if (field.matches("[data-name-field]")) nextName(field);
  else requote();
}

// As a form, not as an address: a ticket's code or an ID number has no place in a history or a log.
function search(address, text) {
  const asking = Object.assign(document.createElement("form"), { method: "post", action: address });
  asking.append(Object.assign(document.createElement("input"), { type: "hidden", name: "q", value: text }));
  document.body.append(asking);
  asking.submit();
}

function onGlass(event) {
  const keys = {
    Enter: sell,
    Escape: clear,
    "+": () => step(1),
    "-": () => step(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    " ": () => document.querySelector('[data-f="Space"]')?.click(),
    "*": () => (times = `${times}*`),
  };
  if (event.target.closest?.("a, .qty button") && event.key === "Enter") return null;
  if (keys[event.key]) return keys[event.key];
  const letter = event.code.startsWith("Digit") || event.code.startsWith("Key") ? event.code.slice(-1).toLowerCase() : event.key.toLowerCase();
  const wanted = letter.length === 1 ? document.querySelector(`[data-letter="${CSS.escape(letter)}"]:not(:disabled)`) : null;
  if (wanted?.dataset.tile) return () => pressed(wanted.dataset.tile, letter, event.shiftKey ? -1 : 1);
  if (/^\d$/.test(letter)) return () => remember(letter);
  return wanted ? () => wanted.click() : null;
}

// "12*1": twelve of the first tile. A digit alone is a tile at once, unless * follows it: then what
// it added is taken back, and it counts.
let lastDigit = null;
function pressed(type, key, by) {
  if (times.endsWith("*")) {
    const many = Number(times.slice(0, -1)) || 1;
    times = "";
    lastDigit = null;
    return add(type, by * many);
  }
  if (/^\d$/.test(key)) {
    times = (lastDigit ? times : "") + key;
    lastDigit = { type, by, undo: () => add(type, -by) };
    clearTimeout(pressed.forget);
    pressed.undo = [...(pressed.undo || []), lastDigit.undo];
    pressed.forget = setTimeout(() => ((times = ""), (lastDigit = null), (pressed.undo = [])), 700);
  } else {
    times = "";
  }
  return add(type, by);
}

function remember(digit) {
  times += digit;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "*" || typing(event.target) || !lastDigit) return;
  (pressed.undo || []).forEach((undo) => undo());
  pressed.undo = [];
  clearTimeout(pressed.forget);
}, true);

function add(type, by) {
  const field = form().elements[`q.${type}`];
  if (!field) return;
  field.value = Math.max(0, Math.min(9999, Number(field.value || 0) + by));
  paint(type, Number(field.value));
  requote();
}

// the figure on the tile changes with the key, not with the answer
function paint(type, count) {
  const tile = form().querySelector(`[data-tile="${CSS.escape(type)}"]`);
  let badge = tile.querySelector(".in");
  tile.classList.toggle("on", count > 0);
  if (!badge) {
    badge = document.createElement("span");
    badge.className = "in";
    tile.append(badge);
  }
  badge.textContent = count || "";
  badge.hidden = count === 0;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isEdited && event.detail.target === form()) event.detail.shouldSwap = false; // another answer follows
});

// What a button would add is in its field already: htmx sends the button that was touched last too.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== form()) return;
  for (const name of ["add", "take"]) event.detail.formData.delete(name);
});

function requote() {
  isEdited = false;
  form().setAttribute("data-pending", "");
  htmx.trigger(form(), "requote");
}

function tender(amount) {
  form().elements.tendered.value = amount;
  requote();
}

function current() {
  return form().querySelector(".lines [aria-current]") || form().querySelector(".lines [data-line]");
}

function step(by) {
  if (current()) add(current().dataset.line, by);
}

function move(by) {
  const all = [...form().querySelectorAll(".lines [data-line]")];
  const next = all[all.indexOf(current()) + by];
  if (!next) return;
  all.forEach((line) => line.removeAttribute("aria-current"));
  next.setAttribute("aria-current", "true");
  next.scrollIntoView({ block: "nearest" });
}

function nextName(after) {
  const empty = [...form().querySelectorAll("[data-name-field]")].filter((field) => !field.value.trim() || field.ariaInvalid === "true");
  const next = empty.find((field) => field !== after);
  if (next) next.focus();
  else after?.blur();
}

// Priced first, sold then: the total that is sent is the one on the glass.
function sell() {
  const sale = form();
  if (sale.hasAttribute("data-pending")) {
    document.addEventListener("htmx:afterSettle", () => sell(), { once: true });
    return;
  }
  const button = sale.querySelector("[data-sell]:not(:disabled)");
  if (button) sale.requestSubmit(button);
}

function clear() {
  if (form().querySelector("[data-line]")) form().querySelector("[data-clear]").click();
}

function connected(is) {
  document.querySelector(".strip .online")?.toggleAttribute("hidden", !is);
  document.querySelector(".strip .offline")?.toggleAttribute("hidden", is);
}
