// The other pages of a window by keyboard: a key does what stands on its element, data-f="F9" or
// data-letter="p". Alt and a digit stand for a function key, for tills whose browser keeps those.

const TYPING = "input:not([type=radio]):not([type=checkbox]):not([type=hidden]), textarea, select";

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const wanted = find(event);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fills]");
  const field = button && document.getElementById(button.dataset.fills);
  if (!field) return;
  field.value = button.value;
  field.focus();
});

function find(event) {
  const key = event.altKey && /^Digit\d$/.test(event.code) ? `F${event.code.slice(5).replace(/^0$/, "10")}` : event.key;
  if (/^F\d+$/.test(key)) return document.querySelector(`[data-f="${key}"]`);
  if (key === "Escape") return document.querySelector('[data-f="Escape"]');
  const isTyping = event.target.matches?.(TYPING);
  // no amount has a blank in it
  if (key === " " && (!isTyping || event.target.inputMode === "decimal") && !event.target.matches?.("a, button")) {
    return document.querySelector('[data-f="Space"]');
  }
  if (isTyping || key.length !== 1) return null;
  return document.querySelector(`[data-letter="${CSS.escape(key.toLowerCase())}"]`);
}
