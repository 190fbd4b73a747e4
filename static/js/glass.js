// Small things of the glass itself: a clock that goes on, a button that prints the page.
// The clock shows the area's time: it starts where the server's page stood.

const began = performance.now();

export function startGlass() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]:not(iframe)")) window.print();
  });
  startClock();
}

export function startClock() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const [hours, minutes, seconds] = clock.textContent.trim().split(":").map(Number);
    clock.dataset.clock = hours * 3600 + minutes * 60 + (seconds || 0);
  }
  setInterval(tick, 1000);
}

function tick() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const now = (Number(clock.dataset.clock) + Math.round((performance.now() - began) / 1000)) % 86400;
    const parts = [Math.floor(now / 3600), Math.floor(now / 60) % 60, now % 60];
    clock.textContent = parts.map((part) => String(part).padStart(2, "0")).join(":");
  }
}
