// Shows a packing plan as tiles, and what is different from the plan before.
(() => {
  "use strict";
  const signs = { good: "●", busy: "◐", bad: "✕", idle: "❙❙" };

  function make(name, kind, text) {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function bytes(n) {
    const units = ["B", "KB", "MB", "GB", "TB"];
    let i = 0;
    while (n >= 1024 && i < units.length - 1) { n /= 1024; i++; }
    return Number(n.toFixed(1)) + " " + units[i];
  }

  function count(container) {
    const counts = new Map();
    for (const i of container ? container.components : []) counts.set(i.component, (counts.get(i.component) || 0) + 1);
    return counts;
  }

  function total(plan) {
    return {
      containers: plan.containers.length,
      instances: plan.containers.reduce((n, c) => n + c.components.length, 0),
      cpu: Number(plan.containers.reduce((n, c) => n + c.resources.cpu, 0).toFixed(2)),
      ram: plan.containers.reduce((n, c) => n + c.resources.ram, 0),
    };
  }

  function badge(word, mood) {
    const box = make("span", "badge " + mood);
    const sign = make("span", "sign", signs[mood]);
    sign.setAttribute("aria-hidden", "true");
    box.append(sign, word);
    return box;
  }

  function tile(id, now, before, compares) {
    const [new_, old] = [count(now), count(before)];
    const chips = make("ul", "instances");
    let changed = false;
    for (const component of new Set([...new_.keys(), ...old.keys()])) {
      const [n, o] = [new_.get(component) || 0, old.get(component) || 0];
      const stays = compares ? Math.min(n, o) : n;
      if (stays) chips.append(make("li", "", component + (stays > 1 ? " ×" + stays : "")));
      if (compares && n > o) { chips.append(make("li", "more", `+${n - o} ${component}`)); changed = true; }
      if (compares && o > n) { chips.append(make("li", "less", `−${o - n} ${component}`)); changed = true; }
    }
    const r = (now || before).resources;
    changed ||= compares && now && before && (now.resources.cpu !== before.resources.cpu || now.resources.ram !== before.resources.ram);
    if (compares && now && before && !changed) return null;
    const [word, mood] = !compares ? ["PLANNED", "idle"] : !before ? ["NEW", "good"] : !now ? ["GONE", "bad"] : ["CHANGED", "busy"];
    const box = make("li", "tile " + mood);
    const head = make("p", "head", "Container " + id + " ");
    head.append(badge(word, mood));
    box.append(head, make("p", "small", `${r.cpu} CPU, ${bytes(r.ram)}`), chips);
    return box;
  }

  heron.plan = (now, before) => {
    const shown = document.createDocumentFragment();
    const [n, o] = [total(now), before ? total(before) : null];
    const facts = make("dl", "facts");
    for (const [label, key, text] of [["Containers", "containers", String], ["Instances", "instances", String], ["CPU", "cpu", String], ["Memory", "ram", bytes]]) {
      const pair = make("div");
      pair.append(make("dt", "", label), make("dd", "", o && o[key] !== n[key] ? `${text(o[key])} → ${text(n[key])}` : text(n[key])));
      facts.append(pair);
    }
    shown.append(facts);
    const list = make("ul", "map");
    const ids = [...new Set([...now.containers, ...(before ? before.containers : [])].map(c => c.id))].sort((a, b) => a - b);
    let same = 0;
    for (const id of ids) {
      const box = tile(id, now.containers.find(c => c.id === id), before && before.containers.find(c => c.id === id), !!before);
      if (box) list.append(box); else same++;
    }
    if (list.children.length) shown.append(list);
    if (same) shown.append(make("p", "soft", same === 1 ? "1 container stays as it is." : `${same} containers stay as they are.`));
    return shown;
  };
})();
