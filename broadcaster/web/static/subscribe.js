// Subscribes this very browser to our warnings, and stops them. The worker keeps what it needs to follow a change of address.
"use strict";

const form = document.getElementById("push");
const status = document.getElementById("status");
const start = document.getElementById("start");
const stop = document.getElementById("stop");
const words = form.dataset;

document.getElementById("no-script").hidden = true; // shown to whoever this file does not reach
if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(subscribe);
  });
  stop.addEventListener("click", () => act(unsubscribe));
  current().then((subscription) => {
    if (!subscription) return;
    stop.hidden = false;
    status.textContent = words.on;
  }).catch(() => {});
} else {
  status.textContent = words.unsupported;
}

async function act(step) {
  if (start.disabled) return;
  const pressed = document.activeElement;
  start.disabled = stop.disabled = true;
  status.textContent = words.waiting;
  let said = words.failed;
  try {
    said = await step();
  } catch {
    // no network, or the push service said no: the sentence for it stands above
  }
  start.disabled = stop.disabled = false;
  status.textContent = said;
  (pressed && !pressed.hidden && form.contains(pressed) ? pressed : start).focus();
}

async function subscribe() {
  const fields = new FormData(form);
  if (fields.getAll("topics").length === 0) return words.noTopic;
  if ((await Notification.requestPermission()) !== "granted") return words.denied;
  await navigator.serviceWorker.register(`${words.base}/push-worker.js`);
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: words.key,
  });
  await tell("/subscribe/push", {
    subscription: subscription.toJSON(),
    topics: fields.getAll("topics"),
    region: fields.get("region"),
    language: fields.get("language"),
  });
  await (await caches.open("saqbol")).put("subscription", new Response(JSON.stringify(subscription)));
  stop.hidden = false;
  return words.done;
}

async function unsubscribe() {
  const subscription = await current();
  if (subscription) {
    await tell("/subscribe/push/stop", { subscription: subscription.toJSON() });
    await subscription.unsubscribe();
  }
  await caches.delete("saqbol");
  stop.hidden = true;
  return words.stopped;
}

async function current() {
  const registration = await navigator.serviceWorker.getRegistration(`${words.base}/`);
  return registration ? registration.pushManager.getSubscription() : null;
}

async function tell(path, said) {
  const press = crypto.randomUUID();
  const answer = await fetch(words.base + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...said, press }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
}
