// Nobody touches the glass: a warning that counts down, then the visit is wiped. On the first page
// the glass shows the area instead, until somebody comes.
export function startIdle() {
  const dialog = document.getElementById("idle");
  if (!dialog) return;
  const attracts = Number(dialog.dataset.attract);
  let timer;
  let counting;

  const wipe = () => {
    for (const field of document.querySelectorAll("input")) field.value = "";
    document.getElementById("end").requestSubmit();
  };
  const warn = () => {
    dialog.showModal();
    if (attracts) return;
    let left = Number(dialog.dataset.warning);
    const place = dialog.querySelector("[data-idle-left]");
    place.textContent = left;
    counting = setInterval(() => {
      left -= 1;
      place.textContent = Math.max(0, left);
      if (left > 0) return;
      clearInterval(counting);
      wipe();
    }, 1000);
  };
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(warn, (attracts || Number(dialog.dataset.idle)) * 1000);
  };
  const stay = () => {
    clearInterval(counting);
    if (dialog.open) dialog.close();
    again();
  };

  for (const name of ["pointerdown", "keydown", "touchstart"]) {
    document.addEventListener(name, (event) => {
      if (attracts || !dialog.open) dialog.open || again();
      else if (!event.target.closest("#idle form")) stay();
    }, true);
  }
  dialog.querySelector("[data-stay]")?.addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  if (attracts) dialog.addEventListener("pointerup", () => document.getElementById("end").requestSubmit());
  again();
}
