// A kiosk's page: the keyboard on the glass, readers, idle time, printing, and no way out.
import { startClock } from "./glass.js";
import "./kiosk-shut.js";
import { startIdle } from "./kiosk-idle.js";
import { chime, click } from "./kiosk-sound.js";

const FAST_MS = 45; // between two keys of a reader
const SCAN_LENGTH = 6;
const TAPS = 5; // on the sign in the corner: the staff's PIN
const TAP_MS = 600;
const BEAT_MS = 15000;
const ID_NUMBER = /^\d{17}[\dXx]$/;
const HOUSE = document.querySelector(".kiosk");

let field = document.querySelector("[data-typed]");
let burst = "";
let last = 0;
let taps = 0;
let tapped = 0;

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-typed]")) field = event.target;
});
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey, true);
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

field?.focus();
startIdle();
startClock();
if (document.querySelector("[data-chime]")) chime();
document.querySelectorAll("[data-after]").forEach((form) => setTimeout(() => form.requestSubmit(), Number(form.dataset.after) * 1000));
document.querySelectorAll("[data-print]").forEach((frame) => frame.addEventListener("load", () => print(frame)));
document.querySelectorAll("[data-ring]").forEach(startRing);
if (HOUSE.dataset.beat) setInterval(beat, BEAT_MS), beat();

function onClick(event) {
  const button = event.target.closest("button, a");
  if (button) click();
  if (event.target.closest("[data-corner]")) return corner(event.timeStamp);
  if (!button) return;
  if (button.dataset.press) type(button.dataset.press);
  else if (button.matches("[data-space]")) type(" ");
  else if (button.matches("[data-rub]")) put(field.value.slice(0, -1));
  else if (button.matches("[data-clear]")) put("");
  else if (button.dataset.call) call(button);
}

function type(text) {
  if (field.value.length < field.maxLength || field.maxLength < 0) put(field.value + text);
}

function put(text) {
  field.value = text;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// A reader types faster than any hand and ends with Enter.
function onKey(event) {
  const fast = event.timeStamp - last < FAST_MS;
  if (event.key.length === 1) {
    burst = fast ? burst + event.key : event.key;
    last = event.timeStamp;
    return;
  }
  if (event.key !== "Enter" || !fast || burst.length < SCAN_LENGTH) return;
  event.preventDefault();
  event.stopPropagation();
  const text = burst;
  burst = "";
  if (field?.value.endsWith(text)) field.value = field.value.slice(0, -text.length);
  read(text);
}

function read(text) {
  const person = document.querySelector("[data-reads-id]");
  if (person) return readPerson(person, text);
  const target = document.querySelector("[data-scan]");
  if (!target) return;
  const number = text.split(/[,;|\t]/).find((part) => ID_NUMBER.test(part.trim()));
  target.value = number?.trim() ?? text;
  target.form.requestSubmit();
}

// What an ID card reader types: the number, and the name before or behind it.
function readPerson(form, text) {
  const parts = text.split(/[,;|\t]/).map((part) => part.trim()).filter(Boolean);
  const number = parts.find((part) => ID_NUMBER.test(part)) ?? parts[0];
  const name = parts.find((part) => part !== number);
  form.elements.document.value = number;
  if (name) form.elements.name.value = name;
  if (form.elements.name.value) form.requestSubmit();
  else form.elements.name.focus();
}

function corner(at) {
  taps = at - tapped < TAP_MS ? taps + 1 : 1;
  tapped = at;
  if (taps >= TAPS) location.replace(HOUSE.dataset.staff);
}

async function call(button) {
  button.disabled = true;
  button.querySelector("span").textContent = document.getElementById("word-called").innerHTML;
  const answer = await fetch(button.dataset.call, { method: "POST" }).catch(() => null);
  if (!answer?.ok) button.disabled = false;
}

async function beat() {
  const answer = await fetch(HOUSE.dataset.beat, { method: "POST" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const said = await answer.json();
  if (said.locked !== "locked" in HOUSE.dataset && !document.querySelector("[data-watch], [data-print]")) location.reload();
}

function print(frame) {
  const key = `printed:${frame.dataset.print}`;
  if (frame.dataset.print !== "test" && sessionStorage.getItem(key)) return; // a reload prints nothing twice
  sessionStorage.setItem(key, "1");
  try {
    frame.contentWindow.print();
  } catch {
    // the visitor says that nothing came out
  }
}

function startRing(ring) {
  const all = Number(ring.dataset.ring) || 1;
  const end = performance.now() + all * 1000;
  setInterval(() => ring.setAttribute("stroke-dasharray", `${Math.max(0, ((end - performance.now()) / 1000 / all) * 100)} 100`), 1000);
}
