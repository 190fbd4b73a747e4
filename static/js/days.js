// Days of the price calendar are chosen by dragging: what the first one becomes, all become.

let becomes = null;
let first = null;

const boxes = () => [...document.querySelectorAll("table[data-days] td.pick input[type=checkbox]")];

function boxAt(target) {
  const cell = target instanceof Element ? target.closest("table[data-days] td.pick") : null;
  return cell ? cell.querySelector("input[type=checkbox]") : null;
}

document.addEventListener("pointerdown", (event) => {
  const box = boxAt(event.target);
  if (!box || event.button !== 0 || box.closest("fieldset:disabled")) return;
  event.preventDefault();
  becomes = !box.checked;
  box.checked = becomes;
  first = box;
  box.focus({ preventScroll: true });
});

document.addEventListener("pointermove", (event) => {
  if (becomes === null) return;
  const box = boxAt(document.elementFromPoint(event.clientX, event.clientY));
  if (!box) return;
  const all = boxes();
  const ends = [all.indexOf(first), all.indexOf(box)].sort((a, b) => a - b);
  for (const each of all.slice(ends[0], ends[1] + 1)) each.checked = becomes;
});

// the label's own click would turn the first day back
document.addEventListener("click", (event) => {
  if (event.detail > 0 && boxAt(event.target)) event.preventDefault();
});

for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => {
    becomes = null;
  });
}
