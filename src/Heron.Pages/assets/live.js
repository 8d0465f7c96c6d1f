// Keeps a page up to date: asks for the same address again and puts in what has changed. The server answers 304 when
// nothing has. Elements marked data-keep belong to other scripts and are left alone.
(() => {
  "use strict";
  const every = 2000;
  const sign = document.getElementById("live");
  const word = sign.querySelector(".word");
  let tag = null;
  let awaySince = null;
  let timer = 0;
  let running = false;

  function show(state, text) {
    sign.className = "live " + state;
    if (word.textContent !== text) word.textContent = text;
  }

  function morph(html) {
    const next = new DOMParser().parseFromString(html, "text/html");
    const to = next.getElementById("main");
    if (!to) return;
    Idiomorph.morph(document.getElementById("main"), to, {
      ignoreActiveValue: true,
      callbacks: {
        beforeNodeMorphed: from => !(from instanceof Element && from.hasAttribute("data-keep")),
        beforeNodeRemoved: node => !(node instanceof Element && node.hasAttribute("data-added")),
        // Somebody opened it; the server does not know.
        beforeAttributeUpdated: (name, node) => !(name === "open" && (node.localName === "details" || node.localName === "dialog")),
      },
    });
    document.title = next.title;
    document.dispatchEvent(new CustomEvent("heron:changed"));
  }

  async function look() {
    clearTimeout(timer);
    if (running) return;
    running = true;
    const address = location.href.split("#")[0];
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-cache" });
      const html = await answer.text();
      if (address !== location.href.split("#")[0]) return;
      if (answer.ok && answer.headers.get("ETag") !== tag) {
        tag = answer.headers.get("ETag");
        morph(html);
      }
      if (answer.ok) {
        awaySince = null;
        show("on", "Live");
      } else if (answer.status === 404) {
        show("away", "This is gone from the server");
      } else {
        show("away", "The server answers " + answer.status);
      }
    } catch {
      awaySince ??= new Date();
      show("away", "The server has not answered since " + awaySince.toISOString().slice(11, 19) + " UTC");
    } finally {
      running = false;
      if (!document.hidden) timer = setTimeout(look, every);
    }
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  document.addEventListener("heron:look", look);
  show("on", "Live");
  timer = setTimeout(look, every);
})();
