// Spares reloads: pieces that refresh themselves, forms that show their effect while they are filled in.
// Without this file everything works by its buttons.
"use strict";

const WAIT = 400; // milliseconds after the last key

// <div id="x" data-refresh="3" data-from="/path">: fetched every 3 seconds while the page is looked at, until the piece
// that comes has no data-refresh any more.
function refresh(piece) {
  setTimeout(async () => {
    if (!document.hidden && !piece.contains(document.activeElement)) await swap(piece, fetch(piece.dataset.from));
    const now = document.getElementById(piece.id);
    if (now?.dataset.refresh) refresh(now);
  }, 1000 * Number(piece.dataset.refresh));
}

// <form data-live="/path" data-shows="x">: what is written so far is posted there, and the answer stands in #x. While #x holds
// data-again="2", the form is posted again every 2 seconds.
function live(form) {
  let timer = 0;
  let asked = new AbortController();
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(show, wait);
  };
  const again = () => {
    const waiting = document.querySelector(`#${form.dataset.shows} [data-again]`);
    if (waiting) later(1000 * Number(waiting.dataset.again));
  };
  const show = async () => {
    asked.abort();
    const mine = (asked = new AbortController());
    const piece = document.getElementById(form.dataset.shows);
    piece.classList.add("busy");
    const body = new URLSearchParams(new FormData(form));
    await swap(piece, fetch(form.dataset.live, { method: "POST", body, signal: mine.signal }));
    if (!mine.signal.aborted) again();
  };
  form.addEventListener("input", () => later(WAIT));
  again();
}

async function swap(piece, asking) {
  try {
    const answer = await asking;
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(piece.id);
    if (fresh) piece.replaceWith(fresh);
  } catch {
    // overtaken by the next key, or no network: the piece stays as it was, the next try comes by itself
  }
}

for (const piece of document.querySelectorAll("[data-refresh]")) refresh(piece);
for (const form of document.querySelectorAll("form[data-live]")) live(form);
