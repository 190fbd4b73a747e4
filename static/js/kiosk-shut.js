// No way out of the page, as far as a page can: menus, drags, marks, keys of the browser, zooming.
// The rest is the browser's own kiosk mode (docs/devices.md).
const BARRED = /^(F\d+|BrowserBack|BrowserForward|BrowserHome|BrowserSearch|ContextMenu|PrintScreen|Escape)$/;

for (const name of ["contextmenu", "dragstart", "drop", "dragover", "gesturestart"]) {
  document.addEventListener(name, (event) => event.preventDefault());
}
document.addEventListener("selectstart", (event) => {
  if (!event.target.closest?.("input")) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  const field = event.target.matches?.("input");
  const leaves = event.ctrlKey || event.metaKey || event.altKey || BARRED.test(event.key) || (event.key === "Backspace" && !field);
  if (leaves) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);
document.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
document.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (link && !(link.origin === location.origin && link.pathname.startsWith("/kiosk"))) event.preventDefault();
  else if (link && !event.defaultPrevented) {
    event.preventDefault();
    location.replace(link.href); // nothing to go back to
  }
});
window.open = () => null;
