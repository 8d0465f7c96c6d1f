// Submitting: files by drag and drop, a bar while they go, the plan before the launch.
(() => {
  "use strict";
  const form = document.getElementById("submit-form");
  const launch = document.getElementById("launch");
  const bar = document.getElementById("progress");
  const outcome = document.getElementById("outcome");

  function size(bytes) {
    const units = ["B", "KB", "MB", "GB"];
    let i = 0;
    while (bytes >= 1024 && i < units.length - 1) { bytes /= 1024; i++; }
    return (i ? bytes.toFixed(1) : bytes) + " " + units[i];
  }

  function forget() { launch.disabled = true; outcome.replaceChildren(); }

  function say(text, kind) {
    const p = document.createElement("p");
    p.className = kind || "";
    p.textContent = text;
    outcome.append(p);
    return p;
  }

  for (const drop of form.querySelectorAll("[data-drop]")) {
    const input = drop.querySelector("input");
    const output = drop.querySelector("output");
    const show = () => {
      const file = input.files[0];
      output.textContent = file ? `${file.name}, ${size(file.size)}` : "";
      const name = form.elements.name;
      if (file && input.name === "definition" && !name.value) name.value = file.name.replace(/\.defn$/, "");
    };
    input.addEventListener("change", show);
    for (const kind of ["dragenter", "dragover"]) {
      drop.addEventListener(kind, event => { event.preventDefault(); drop.classList.add("over"); });
    }
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", event => {
      event.preventDefault();
      drop.classList.remove("over");
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // fetch does not tell how much of a body has gone.
  function send(fields, files) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.getAttribute("action"));
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", event => {
        if (event.lengthComputable) bar.value = Math.round(event.loaded / event.total * 100);
      });
      request.addEventListener("load", () => resolve({ status: request.status, body: request.response || {} }));
      request.addEventListener("error", () => reject(new Error("the connection broke")));
      request.send(fields);
    });
  }

  async function go(dry) {
    const fields = new FormData(form);
    if (dry) {
      // The plan follows from the definition alone: the binary need not travel twice.
      fields.set("topology", new File(["-"], form.elements.topology.files[0].name));
      fields.set("dry_run", "true");
      fields.set("dry_run_format", "json");
    }
    bar.hidden = false;
    bar.value = 0;
    try {
      return await send(fields);
    } finally {
      bar.hidden = true;
    }
  }

  form.addEventListener("input", forget);
  form.addEventListener("submit", async event => {
    event.preventDefault();
    forget();
    const wait = say("Asking for the plan…");
    try {
      const answer = await go(true);
      wait.remove();
      if (answer.status !== 200) { say(answer.body.message || "The server answered " + answer.status, "missing"); return; }
      outcome.append(heron.plan(JSON.parse(answer.body.response)));
      launch.disabled = false;
      launch.focus();
    } catch (fault) {
      wait.remove();
      say("The server did not answer: " + fault.message, "missing");
    }
  });

  launch.addEventListener("click", async () => {
    launch.disabled = true;
    const wait = say("Sending the files and starting the containers…");
    try {
      const answer = await go(false);
      wait.remove();
      if (answer.status !== 201 && answer.status !== 200) { say(answer.body.message || "The server answered " + answer.status, "missing"); return; }
      for (const warning of answer.body.warnings || []) say(warning, "missing");
      const done = say(form.elements.name.value + " is launched. ");
      const link = document.createElement("a");
      link.href = form.dataset.topologies + encodeURIComponent(form.elements.name.value);
      link.textContent = "See how it starts";
      done.append(link);
      link.focus();
    } catch (fault) {
      wait.remove();
      say("The server did not answer: " + fault.message, "missing");
    }
  });
})();
