// Places of an area are put on its map: drag a dot, or choose a row and click on the map. The
// numbers of the form are the truth; what they say is drawn, also while somebody types.

const map = document.querySelector("[data-map]");
const form = document.querySelector("[data-pins]");
const height = map ? map.viewBox.baseVal.height : 0;
let chosen = null;
let dragged = null;

const field = (id, axis) => form.elements[`${axis}_${id}`];
const pinOf = (id) => map.querySelector(`[data-pin="${id}"]`);

function choose(id) {
  chosen = id;
  for (const row of form.querySelectorAll("[data-row]")) {
    row.toggleAttribute("data-chosen", row.dataset.row === id);
  }
  for (const pin of map.querySelectorAll("[data-pin]")) {
    pin.classList.toggle("chosen", pin.dataset.pin === id);
  }
}

function draw(id) {
  const [x, y] = [field(id, "x").value, field(id, "y").value];
  const pin = pinOf(id);
  const known = x !== "" && y !== "";
  pin.setAttribute("visibility", known ? "visible" : "hidden");
  if (known) pin.setAttribute("transform", `translate(${Number(x)} ${(Number(y) * height) / 1000})`);
}

function put(id, event) {
  const box = map.getBoundingClientRect();
  const part = (at, from, size) =>
    Math.min(1000, Math.max(0, Math.round(((at - from) / size) * 1000)));
  field(id, "x").value = part(event.clientX, box.left, box.width);
  field(id, "y").value = part(event.clientY, box.top, box.height);
  draw(id);
}

function start() {
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) choose(row.dataset.row);
  });
  form.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && !event.target.closest("input")) field(row.dataset.row, "x").focus();
  });
  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) draw(row.dataset.row);
  });
  map.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const pin = event.target.closest("[data-pin]");
    if (pin) choose(pin.dataset.pin);
    if (!chosen) return;
    event.preventDefault();
    dragged = chosen;
    map.setPointerCapture(event.pointerId);
    if (!pin) put(dragged, event);
  });
  map.addEventListener("pointermove", (event) => {
    if (dragged) put(dragged, event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    map.addEventListener(end, () => {
      dragged = null;
    });
  }
}

if (map && form && !form.querySelector("input[readonly]")) start();
