// Lines of serials: a scanner ends each number with Enter, which goes to the next field; the last
// line brings a new one. The counts are a help: the server counts for itself.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-lines] [data-serial]")) return;
  event.preventDefault();
  const fields = () => [...document.querySelectorAll("[data-lines] [data-serial]")];
  if (fields().indexOf(event.target) === fields().length - 1) addLine(event.target.closest("tr"));
  fields()[fields().indexOf(event.target) + 1]?.focus();
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-lines] [data-serial]")) count();
});
document.addEventListener("htmx:afterSettle", count);
count();

function addLine(row) {
  const line = row.cloneNode(true);
  for (const field of line.querySelectorAll("input")) field.value = "";
  row.after(line);
}

function count() {
  const table = document.querySelector("[data-lines]");
  if (!table) return;
  let together = 0;
  for (const row of table.tBodies[0].rows) {
    const [first, last] = [...row.querySelectorAll("input")].map((field) => field.value);
    const pieces = piecesOf(first, last || first);
    together += pieces;
    row.querySelector("[data-pieces]").textContent = pieces ? pieces.toLocaleString() : "";
  }
  table.querySelector("[data-together]").textContent = together.toLocaleString();
}

function piecesOf(first, last) {
  const [from, to] = [first, last].map((text) => text.replace(/\s/g, "").match(/^(.*?)(\d+)$/));
  if (!from || !to || from[1].toUpperCase() !== to[1].toUpperCase() || from[2].length !== to[2].length) return 0;
  return Math.max(0, Number(to[2]) - Number(from[2]) + 1);
}
