// Sends the forms marked data-action to the API and shows what it answers, without leaving the page.
(() => {
  "use strict";

  function notice(text, kind) {
    const box = document.createElement("div");
    box.className = "notice " + (kind || "good");
    const line = document.createElement("p");
    line.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "✕";
    close.setAttribute("aria-label", "Close this message");
    close.addEventListener("click", () => box.remove());
    box.append(line, close);
    document.getElementById("notices").append(box);
    if (kind !== "bad" && kind !== "busy") setTimeout(() => box.remove(), 8000);
    return box;
  }

  async function ask(method, address, fields) {
    const answer = await fetch(address, {
      method,
      body: fields && method !== "DELETE" ? new URLSearchParams(fields) : undefined,
      headers: { Accept: "application/json" },
    });
    let body = {};
    try { body = await answer.json(); } catch { /* no JSON: the status tells */ }
    return { ok: answer.ok, status: answer.status, body, message: body.message || body.response || "The server answered " + answer.status };
  }

  async function run(form, button) {
    const label = button && button.textContent;
    const waiting = notice((form.dataset.doing || "Working") + "…", "busy");
    if (button) { button.disabled = true; }
    try {
      const result = await ask(form.dataset.method || "POST", form.getAttribute("action"), new FormData(form));
      waiting.remove();
      if (!result.ok) { notice(result.message, "bad"); return false; }
      const warnings = result.body.warnings || [];
      notice([result.message, ...warnings].join("\n"), warnings.length ? "warning" : "good");
      if (form.dataset.then) { location.assign(form.dataset.then); return true; }
      document.dispatchEvent(new Event("heron:look"));
      return true;
    } catch (fault) {
      waiting.remove();
      notice("The server did not answer: " + fault.message, "bad");
      return false;
    } finally {
      if (button) { button.disabled = false; button.textContent = label; }
    }
  }

  document.addEventListener("submit", event => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-action")) return;
    event.preventDefault();
    run(form, event.submitter);
  });

  // A form that asks for a name is armed by that very name.
  document.addEventListener("input", event => {
    const wanted = event.target.dataset && event.target.dataset.mustBe;
    if (wanted === undefined) return;
    const button = event.target.form.querySelector("button");
    button.disabled = event.target.value !== wanted;
  });

  window.heron = { ask, notice, run };
})();
