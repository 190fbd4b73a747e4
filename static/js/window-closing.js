// Counting the drawer: sums while one types, Enter to the next field, function keys of the strip.
// The server adds up once more; without this module the form does the same, slower.

const form = () => document.getElementById("count");
const fields = () => [...form().querySelectorAll("[data-piece], [data-serial]")].filter((field) => field.checkVisibility());

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-piece]")) addUp();
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const act = event.key === "Enter" ? entered(event) : functionKey(event);
  if (!act) return;
  event.preventDefault();
  act();
});

focusFirst();
document.addEventListener("htmx:afterSettle", focusFirst);

function focusFirst() {
  if (!form()) return;
  const wrong = form().querySelector("[aria-invalid=true]");
  (wrong || form().querySelector("[data-why], #note") || fields()[0])?.focus();
}

function addUp() {
  let total = 0;
  for (const field of form().querySelectorAll("[data-piece]")) {
    const text = field.value.trim();
    const sum = /^\d{1,7}$/.test(text) ? Number(text) * Number(field.dataset.piece) : 0;
    total += sum;
    say(`[data-subtotal="${field.dataset.piece}"]`, sum);
  }
  say("[data-total]", total);
}

function say(selector, fen) {
  const text = (fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  for (const place of form().querySelectorAll(`${selector} .money`)) place.textContent = text;
}

function entered(event) {
  if (event.target.matches("#count #note") && !event.shiftKey) return () => form().requestSubmit();
  if (!event.target.matches("[data-piece], [data-serial]")) return null;
  const next = fields()[fields().indexOf(event.target) + 1];
  if (next) return () => (next.focus(), next.select());
  if (event.target.matches("[data-why]")) return () => form().requestSubmit();
  return () => (form().querySelector("#note") || form().querySelector(".primary")).focus();
}

// Alt and a digit stand for a function key on tills whose browser keeps those for itself.
function functionKey(event) {
  const key = event.altKey && /^Digit\d$/.test(event.code) ? `F${event.code.slice(5).replace(/^0$/, "10")}` : event.key;
  const wanted = /^(F\d+|Escape)$/.test(key) && document.querySelector(`[data-f="${key}"]`);
  return wanted ? () => wanted.click() : null;
}
