// Rows marked by their boxes: the bar above the table says how many and is there only then, the box
// of the head marks all rows that are shown. Without JavaScript the bar is always there.

const bar = () => document.querySelector("form.bulk");
const boxes = () => [...document.querySelectorAll("td.tick input[form=batch]")];

export function startTicks() {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-ticks]")) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches("[data-ticks], td.tick input")) show();
  });
  document.addEventListener("reset", (event) => {
    if (event.target === bar()) setTimeout(show);
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
}

function show() {
  const form = bar();
  if (!form) return;
  const all = boxes();
  const marked = all.filter((box) => box.checked).length;
  const head = document.querySelector("[data-ticks]");
  head.hidden = false;
  head.checked = marked > 0 && marked === all.length;
  head.indeterminate = marked > 0 && marked < all.length;
  form.hidden = marked === 0;
  const words = form.querySelector("[data-marked]");
  words.textContent = words.dataset.marked.replace("0", marked);
}
