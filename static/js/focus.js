// Where the eye and the keyboard go after something came back: the first mistake, else what asks
// for it. New rows tint once.

const FIRST = "[aria-invalid='true'], [data-focus], [autofocus]";

export function startFocus() {
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (!(part instanceof Element)) return;
    openDialogs(part);
    const first = part.querySelector("[aria-invalid='true']") ?? part.querySelector(FIRST);
    first?.focus();
    if (first?.select && first.matches("[aria-invalid='true']")) first.select();
  });
  focusFirst();
  document.addEventListener("click", onClick);
}

// The browser gives [autofocus] the keyboard with its first picture only; on a slow till a hand or
// a reader is faster than that.
function focusFirst() {
  const mistake = document.querySelector("[aria-invalid='true']");
  if (mistake) mistake.focus();
  else if (document.activeElement === document.body) {
    [...document.querySelectorAll("[autofocus]")].find((field) => field.checkVisibility())?.focus();
  }
}

// <dialog data-modal> opens as soon as it arrives; a click on [data-close] closes it.
function openDialogs(part) {
  const found = part.matches("dialog[data-modal]") ? [part] : part.querySelectorAll("dialog[data-modal]");
  for (const dialog of found) if (!dialog.open) dialog.showModal();
}

function onClick(event) {
  const button = event.target.closest("[data-close], [data-opens]");
  if (!button) return;
  if (button.dataset.opens) document.getElementById(button.dataset.opens)?.showModal();
  else button.closest("dialog")?.close();
}
