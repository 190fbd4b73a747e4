// Seconds that are left, as a clock: <strong data-countdown="600">. Also in what htmx brings later.

const run = (place) => {
  const end = performance.now() + Number(place.dataset.countdown) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    place.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left && place.isConnected) setTimeout(tick, 500);
  };
  tick();
};

document.querySelectorAll("[data-countdown]").forEach(run);
document.addEventListener("htmx:load", (event) => {
  event.target.querySelectorAll?.("[data-countdown]").forEach(run);
});
