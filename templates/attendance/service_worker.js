{% load static %}// Keeps the check-in page on the phone, so that it opens in a valley without a line. Nothing else is kept.
"use strict";

const PAGE = "{% url 'attendance:check_in' %}";
const LOGIN = "{% url 'townships:login' %}";
const FILES = [
  "{% static 'css/app.css' %}",
  "{% static 'js/app.js' %}",
  "{% static 'js/check_in.js' %}",
  "{% static 'img/icons.svg' %}",
  "{% static 'img/favicon.svg' %}",
];
// The names of the files carry their contents' hash in production, so a new version makes a new cache.
const SHELL = `zhucun-files-${FILES.join("|")}`;
const KEPT = "zhucun-page";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("zhucun-") && name !== SHELL && name !== KEPT) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

const page = async (request) => {
  try {
    const answer = await fetch(request);
    if (answer.ok && new URL(answer.url).pathname === PAGE) {
      const cache = await caches.open(KEPT);
      await cache.put(PAGE, answer.clone());
    }
    return answer;
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { pathname } = new URL(request.url);
  if (request.mode === "navigate" && (pathname === PAGE || pathname === "/")) {
    event.respondWith(page(request));
  } else if (pathname === LOGIN) {
    // Another person may log in on this phone: the page of the last one goes.
    event.waitUntil(caches.delete(KEPT));
  } else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
