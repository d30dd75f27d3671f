// Sends the page's forms without a reload and reads the new turns aloud. Without this file everything works, with reloads.
"use strict";

let busy = false;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!button) return; // an old browser: let it send the form itself
  event.preventDefault();
  if (busy) return;
  busy = true;
  const fields = new FormData(form);
  if (button.name) fields.append(button.name, button.value);
  const status = document.getElementById("part-status");
  status.textContent = status.dataset.waiting;
  try {
    const answer = await fetch(form.action, { method: "POST", body: form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields) });
    if (!answer.ok) throw new Error(String(answer.status));
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), form.id === "part-compose");
  } catch {
    status.textContent = status.dataset.failed;
  } finally {
    busy = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "text") {
    event.target.form.requestSubmit(event.target.form.querySelector("button"));
  }
});

function show(page, typed) {
  const draft = typed ? "" : document.getElementById("text").value;
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  const talk = document.getElementById("talk");
  talk.setAttribute("aria-label", page.getElementById("talk").getAttribute("aria-label"));
  let newest = null;
  for (const turn of page.querySelectorAll(".turn")) {
    if (document.getElementById(turn.id)) continue;
    talk.append(turn);
    newest = turn;
  }
  for (const part of page.querySelectorAll("[id^=part-]")) document.getElementById(part.id)?.replaceWith(part);
  const text = document.getElementById("text");
  text.value = draft;
  if (newest) newest.scrollIntoView({ block: "start" });
  if (typed || !newest) text.focus({ preventScroll: true });
  else newest.focus({ preventScroll: true }); // the pressed button is gone
}
