// A reader types like a keyboard, fast, and ends with Enter. Wherever the focus is, and whatever
// language the keyboard is set to, what it types is a scan. Keys are read by their place, so an
// input method or Caps Lock changes nothing.

const FAST_MILLISECONDS = 50; // a character, on average: no finger is as fast
const PAUSE_MILLISECONDS = 400; // after it something new begins
const SHORTEST = 6;
const STALE_MILLISECONDS = 3000;

export function startReader(field, onScan, onSpace) {
  let burst = "";
  let began = 0;
  let at = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pause = event.timeStamp - at;
    const typing = event.target.closest?.("input, textarea, select");
    if (event.code === "Enter" || event.code === "NumpadEnter") {
      const code = typing ? burst : field.value;
      const isFast = event.timeStamp - began < code.length * FAST_MILLISECONDS;
      burst = "";
      if (typing && (code.length < SHORTEST || !isFast)) return;
      if (!code || (!isFast && event.target.closest?.("button, a"))) return;
      event.preventDefault();
      withdraw(typing, code);
      onScan(code);
      return;
    }
    if (event.code === "Space" && !typing && !event.target.closest?.("button, a")) {
      event.preventDefault();
      onSpace();
      return;
    }
    const character = characterOf(event);
    if (!character) return;
    if (!burst || pause > PAUSE_MILLISECONDS) [burst, began] = ["", event.timeStamp];
    burst += character;
    at = event.timeStamp;
    if (typing) return;
    event.preventDefault();
    field.value = (pause > STALE_MILLISECONDS ? "" : field.value) + character;
  }, true);
}

// What a reader typed into a field that was not meant.
function withdraw(typing, code) {
  if (!typing?.value) return;
  const end = typing.value.length - code.length;
  if (typing.value.slice(end).toUpperCase() === code) typing.value = typing.value.slice(0, end);
}

function characterOf(event) {
  const key = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code);
  if (key && !(event.shiftKey && event.code.startsWith("Digit"))) return key[1];
  if (event.code === "Minus" || event.code === "NumpadSubtract") return "-";
  return event.key.length === 1 && event.key !== " " ? event.key.toUpperCase() : "";
}
