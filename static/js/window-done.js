// After a sale: print what the frame holds, and let any key begin the next sale.
const frame = document.querySelector("[data-print]");
const page = document.querySelector("[data-next]");
const key = `printed:${location.pathname}${location.search}`;

if (frame && !navigator.pdfViewerEnabled) failed(); // the browser saves the paper instead of showing it
frame?.addEventListener("load", () => {
  if (sessionStorage.getItem(key)) return; // a reload prints nothing twice
  sessionStorage.setItem(key, "1");
  // A browser that a program drives has no printer, and a headless Chromium ends the whole page
  // ("bad IPC message") when the viewer of a PDF in a frame asks for one.
  if (navigator.webdriver) return;
  try {
    frame.contentWindow.print();
  } catch {
    failed();
  }
});

function failed() {
  document.getElementById("print-failed").hidden = false;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]") || ["Shift", "Control", "Alt", "Tab"].includes(event.key)) return;
  const own = document.querySelector(`[data-letter="${CSS.escape(event.key.toLowerCase())}"], [data-f="${event.key}"]`);
  event.preventDefault();
  if (own) own.click();
  else location.assign(page.dataset.next);
});
