// Shows that there is something new, and opens it. A push has no words: what it is about is read in the product.
"use strict";

const words = new URL(self.location.href).searchParams.get("lang") === "en"
  ? { title: "Grid Sea", body: "You have a new message." }
  : { title: "格子海", body: "您有一条新消息。" };

self.addEventListener("push", (event) => {
  event.waitUntil(
    self.registration.showNotification(words.title, { body: words.body, tag: "message", icon: "/static/img/logo.svg" }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/me/messages"));
});
