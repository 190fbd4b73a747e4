// The gate tablet: a code goes to the server, its answer fills the glass. A scan without an answer
// is kept and sent again under the same id, so it counts once.
import { startCamera } from "./gate-camera.js";
import { startReader } from "./gate-reader.js";
import { play, startSound } from "./gate-sound.js";
import { startClock } from "./glass.js";

const ANSWER_MILLISECONDS = 3000;
const AGAIN_MILLISECONDS = 2000;
const COUNTS_MILLISECONDS = 10000;
const STRANGE_STATUS = 429; // too often; like 5xx it is no answer

const gate = document.getElementById("gate");
const form = document.getElementById("scan");
const words = (id) => document.getElementById(id).content.textContent;
let waiting = null; // the scan that has no answer yet
let groupCode = "";
let timer = 0;

function scan(code, persons = "") {
  const text = code.trim();
  form.elements.code.value = form.elements.persons.value = "";
  if (!text || waiting) return;
  settle();
  const body = new URLSearchParams(new FormData(form));
  body.set("scan_id", newId());
  body.set("code", text);
  body.set("persons", persons);
  waiting = { code: text, body };
  send(waiting);
}

async function send(mine) {
  if (waiting !== mine) return;
  try {
    const answer = await ask(form.action, mine.body);
    if (waiting !== mine) return;
    waiting = null;
    groupCode = answer.dataset.state === "group" ? mine.code : "";
    offline(false);
    show(answer);
  } catch {
    if (waiting !== mine) return;
    offline(true);
    showWaiting();
    setTimeout(send, AGAIN_MILLISECONDS, mine);
  }
}

// The answer's element. Throws when the server said nothing that is an answer.
async function ask(url, body) {
  const response = await fetch(url, {
    method: body ? "POST" : "GET", body, headers: { "HX-Request": "true" }, cache: "no-store",
    signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
  });
  if (response.status >= 500 || response.status === STRANGE_STATUS) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const answer = page.getElementById("answer");
  if (answer) return answer;
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  else location.reload();
  return new Promise(() => {});
}

function show(answer) {
  clearTimeout(timer);
  document.getElementById("answer").replaceWith(answer);
  gate.dataset.state = answer.dataset.state;
  count(answer);
  for (const button of answer.querySelectorAll("[data-more]")) button.hidden = !groupCode;
  play(answer.dataset.tone);
  const seconds = Number(answer.dataset.seconds);
  if (seconds) timer = setTimeout(ready, seconds * 1000);
}

function ready() {
  settle();
  groupCode = "";
  fill("ready", "ready");
}

function showWaiting() {
  if (gate.dataset.state !== "offline") fill("waiting", "offline");
}

function fill(template, state) {
  clearTimeout(timer);
  document.getElementById("answer").replaceChildren(document.getElementById(template).content.cloneNode(true));
  gate.dataset.state = state;
}

// Where a device counts and nobody said otherwise, whoever was let in went through.
function settle() {
  const passage = document.querySelector("#answer [data-passage]");
  if (!passage) return;
  const body = new URLSearchParams(new FormData(passage));
  body.set("result", "passed");
  passage.remove();
  insist(passage.action, body);
}

async function insist(url, body) {
  try {
    await ask(url, body);
  } catch {
    setTimeout(insist, AGAIN_MILLISECONDS, url, body);
  }
}

function offline(isOff) {
  gate.toggleAttribute("data-offline", isOff);
  const said = gate.querySelector(".off-line");
  const text = isOff ? words("words-waiting") : "";
  if (said.textContent !== text) said.textContent = text;
}

function count(answer) {
  for (const figure of gate.querySelectorAll("[data-count]")) {
    figure.textContent = Number(answer.dataset[figure.dataset.count]).toLocaleString("en");
  }
}

async function refresh() {
  try {
    count(await ask(location.pathname));
    if (!waiting) offline(false);
  } catch {
    offline(true);
  }
  setTimeout(refresh, COUNTS_MILLISECONDS);
}

// crypto.randomUUID wants https; a tablet in the gate's own network may have none.
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function onSubmit(event) {
  if (event.target === form) {
    event.preventDefault();
    scan(form.elements.code.value, form.elements.persons.value);
  } else if (event.submitter?.matches("[data-send]")) {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target, event.submitter));
    event.target.remove();
    ask(event.target.action, body).then(show, () => offline(true));
  }
}

function onClick(event) {
  const button = event.target.closest?.("[data-more], [data-ready], [data-give-up]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.more) return scan(groupCode, button.dataset.more);
  waiting = null;
  ready();
}

document.addEventListener("submit", onSubmit);
document.addEventListener("click", onClick);
startSound(document.getElementById("sound-switch"));
startReader(form.elements.code, scan, () => gate.querySelector("[data-more='1']:not([hidden])")?.click());
startCamera(document.getElementById("camera-switch"), document.getElementById("camera"), gate.dataset.wasm, scan, words("words-camera"));
startClock();
setTimeout(refresh, COUNTS_MILLISECONDS);
if (Number(document.getElementById("answer").dataset.seconds)) show(document.getElementById("answer"));
