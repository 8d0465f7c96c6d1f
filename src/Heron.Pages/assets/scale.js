// Scaling with a look before the leap, and settings of running topologies.
(() => {
  "use strict";
  const form = document.getElementById("scale-form");
  const apply = document.getElementById("scale-apply");
  const shown = document.getElementById("scale-plan");
  let looked = null;

  // Only what was changed is asked for: the server keeps the rest.
  function wish() {
    const fields = new URLSearchParams();
    for (const input of form.elements.parallelism ? [form.elements.parallelism].flat() : []) {
      for (const one of input instanceof HTMLInputElement ? [input] : [...input]) {
        if (one.value !== one.dataset.was) fields.append("component_parallelism", one.dataset.component + ":" + one.value);
      }
    }
    const containers = form.elements.containers;
    if (containers.value !== containers.dataset.was) fields.set("container_number", containers.value);
    return fields;
  }

  function line(text, kind) {
    const p = document.createElement("p");
    if (kind) p.className = kind;
    p.textContent = text;
    return p;
  }

  function forget() { looked = null; apply.disabled = true; shown.replaceChildren(); }
  form.addEventListener("input", forget);

  form.addEventListener("submit", async event => {
    event.preventDefault();
    forget();
    const fields = wish();
    if (![...fields].length) { shown.append(line("Nothing is different yet: change a number first.")); return; }
    const asked = fields.toString();
    fields.set("dry_run", "true");
    fields.set("dry_run_format", "json");
    shown.append(line("Asking for the plan…"));
    try {
      const answer = await heron.ask("POST", form.getAttribute("action"), fields);
      if (!answer.ok) { shown.replaceChildren(line(answer.message, "less")); return; }
      const [now, before] = answer.body.response.split("\n").filter(l => l.startsWith("{")).map(l => JSON.parse(l));
      shown.replaceChildren(...changes(), heron.plan(now, before));
      looked = asked;
      apply.disabled = false;
    } catch (fault) {
      shown.replaceChildren(line("The server did not answer: " + fault.message, "less"));
    }
  });

  function changes() {
    return [...form.querySelectorAll("input[data-was]")].filter(i => i.value !== i.dataset.was).map(i => {
      const what = i.dataset.component ? i.dataset.component : "containers";
      return line(`${what}: ${i.dataset.was} → ${i.value}`, Number(i.value) > Number(i.dataset.was) ? "more" : "less");
    });
  }

  apply.addEventListener("click", async () => {
    const fields = wish();
    if (fields.toString() !== looked) return;
    apply.disabled = true;
    const waiting = heron.notice(form.dataset.doing + ": this takes until the topology manager has the new plan in force…", "busy");
    try {
      const answer = await heron.ask("POST", form.getAttribute("action"), fields);
      waiting.remove();
      heron.notice([answer.message, ...(answer.body.warnings || [])].join("\n"), answer.ok ? "good" : "bad");
      if (answer.ok) {
        for (const input of form.querySelectorAll("input[data-was]")) input.dataset.was = input.value;
        forget();
      } else {
        apply.disabled = false;
      }
    } catch (fault) {
      waiting.remove();
      heron.notice("The server did not answer: " + fault.message, "bad");
      apply.disabled = false;
    }
    document.dispatchEvent(new Event("heron:look"));
  });

  const setting = document.getElementById("setting-form");
  setting.addEventListener("submit", async event => {
    event.preventDefault();
    const { component, key, value } = Object.fromEntries(new FormData(setting));
    const text = [component, key, value].filter(t => t !== "").join(":");
    try {
      const answer = await heron.ask("POST", setting.getAttribute("action"), new URLSearchParams({ runtime_config: text }));
      heron.notice(answer.message, answer.ok ? "good" : "bad");
    } catch (fault) {
      heron.notice("The server did not answer: " + fault.message, "bad");
    }
  });
})();
