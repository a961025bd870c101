// Check-in on a phone: asks for the place, and keeps what could not be sent until there is a line again.
// A check-in keeps the time it was made; the server marks it as sent late. Sent twice, it counts once (client_id).
"use strict";

(() => {
  const form = document.querySelector("[data-check-in]");
  if (!form || !window.localStorage) return;
  const where = document.getElementById("where");
  const waiting = document.getElementById("queue");
  const clock = document.getElementById("clock");
  const button = form.querySelector("button");
  const STORE = "zhucun.check_ins";
  const PLACE = { enableHighAccuracy: true, timeout: 12000, maximumAge: 30000 };

  const queue = () => JSON.parse(localStorage.getItem(STORE) || "[]");
  const keep = (items) => {
    localStorage.setItem(STORE, JSON.stringify(items));
    waiting.hidden = items.length === 0;
    waiting.textContent = items.length ? `有 ${items.length} 次打卡存在手机里，有网络后自动补传，打卡时间不变。` : "";
  };
  const two = (n) => String(n).padStart(2, "0");
  const hhmm = (time) => `${two(time.getHours())}:${two(time.getMinutes())}`;
  const say = (text) => { where.textContent = text; };

  // Made from random bytes: crypto.randomUUID is missing on plain http and old phones.
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  const place = () => new Promise((resolve) => {
    if (!navigator.geolocation) { resolve({}); return; }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy_m: coords.accuracy }),
      () => resolve({}),
      PLACE,
    );
  });

  // "sent", "refused" (the server will never take it) or "later"; with the server's sentence.
  const send = async (item) => {
    let answer;
    try {
      answer = await fetch(form.action || location.href, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
        body: JSON.stringify(item),
        redirect: "manual",
      });
    } catch {
      return ["later", ""];
    }
    if (answer.ok) return ["sent", (await answer.json()).sentence];
    if (answer.status === 422) return ["refused", (await answer.json()).message];
    if (answer.status === 400) return ["refused", "这次打卡没有记下，请重新打卡。"];
    return ["later", answer.type === "opaqueredirect" || answer.status === 403 ? "请重新登录，登录后自动补传。" : ""];
  };

  let flushing = false;
  const flush = async () => {
    if (flushing) return;
    flushing = true;
    for (const item of queue()) {
      const [fate, sentence] = await send(item);
      if (sentence) say(sentence);
      if (fate === "later") break;
      keep(queue().filter((other) => other.client_id !== item.client_id));
    }
    flushing = false;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (button.disabled) return;
    button.disabled = true;
    const made = new Date();
    say("正在取位置…");
    const found = await place();
    say(found.accuracy_m ? `位置精度约 ${Math.round(found.accuracy_m)} 米，正在发送…` : "没有取到位置，正在发送…");
    keep([...queue(), { client_id: newId(), made_at: made.toISOString(), ...found }]);
    await flush();
    if (queue().length) say(`${hhmm(made)} 的打卡已存在手机里。`);
    button.disabled = false;
  });

  setInterval(() => { clock.textContent = hhmm(new Date()); }, 5000);
  window.addEventListener("online", flush);
  keep(queue());
  flush();
  if (navigator.serviceWorker) navigator.serviceWorker.register("/service-worker.js");
})();
