// Shows a warning that came by web push. The line above this one, made by the server, is OURS: base, key and words by language.
"use strict";

self.addEventListener("push", (event) => {
  const said = read(event.data);
  const language = Object.hasOwn(OURS.words, said.language) ? said.language : "kk";
  const words = OURS.words[language];
  event.waitUntil(
    self.registration.showNotification(words.title, {
      body: typeof said.text === "string" && said.text ? said.text : words.empty,
      lang: language,
      tag: codeOf(said) || undefined, // the same warning twice is shown once
      data: { code: codeOf(said), stop: ours(said.stop) },
      actions: ours(said.stop) ? [{ action: "stop", title: words.stop }] : [],
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { code, stop } = event.notification.data ?? {};
  const shown = code ? `${OURS.base}/code/${code}` : `${OURS.base}/code`;
  event.waitUntil(self.clients.openWindow((event.action === "stop" && ours(stop)) || shown));
});

// The push service gave this browser a new address, or took the old one back. Without the old one nobody knows whose the new one is.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(follow(event)));

async function follow(event) {
  const cache = await caches.open("saqbol");
  const kept = await cache.match("subscription");
  const old = event.oldSubscription?.toJSON() ?? (kept ? await kept.json() : null);
  if (!old) return;
  const options = { userVisibleOnly: true, applicationServerKey: OURS.key };
  const fresh = event.newSubscription ?? (await self.registration.pushManager.subscribe(options));
  const answer = await fetch(`${OURS.base}/subscribe/push/moved`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ old, new: fresh.toJSON(), press: crypto.randomUUID() }),
  });
  if (answer.ok) await cache.put("subscription", new Response(JSON.stringify(fresh)));
}

function read(data) {
  try {
    const said = data.json();
    return said && typeof said === "object" ? said : {};
  } catch {
    return {};
  }
}

function codeOf(said) {
  return /^[A-Z0-9]{4}$/.test(said.code) ? said.code : "";
}

// A link leads to our own pages or nowhere.
function ours(link) {
  try {
    const url = new URL(link, self.location.origin);
    return typeof link === "string" && link && url.origin === self.location.origin ? url.href : "";
  } catch {
    return "";
  }
}
