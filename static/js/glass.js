// Small things of the glass itself: a clock that goes on, a button that prints the page.

export function startGlass() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]:not(iframe)")) window.print();
  });
  setInterval(tick, 1000);
}

function tick() {
  const time = new Date().toLocaleTimeString("zh-CN", { hour12: false });
  for (const clock of document.querySelectorAll("[data-clock]")) clock.textContent = time;
}
