// Draws the logical plan from the two tables below it, laid out by dagre.
(() => {
  "use strict";
  const space = "http://www.w3.org/2000/svg";
  const box = document.getElementById("graph");
  let drawn = "";

  function make(name, attributes, ...children) {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function read() {
    const components = [...document.querySelectorAll("#components tbody tr")].map(row => ({
      name: row.dataset.component, spout: "spout" in row.dataset, parallelism: row.dataset.parallelism,
      rate: row.dataset.rate, pressure: row.dataset.pressure || "", url: row.dataset.url,
      percent: row.lastElementChild.textContent.trim(),
    }));
    const streams = [...document.querySelectorAll("#streams tbody tr")].map(row => ({
      from: row.dataset.from, to: row.dataset.to, stream: row.dataset.stream,
      grouping: row.dataset.grouping, rate: row.dataset.rate || "",
    }));
    return { components, streams, narrow: box.clientWidth < 640 };
  }

  const pen = document.createElement("canvas").getContext("2d");
  const sans = getComputedStyle(document.body).fontFamily;
  function width(text, font) { pen.font = font + " " + sans; return pen.measureText(text).width; }
  function short(text, most) { return text.length > most ? text.slice(0, most - 1) + "…" : text; }

  function draw() {
    const plan = read();
    const now = JSON.stringify(plan);
    if (now === drawn) return;
    drawn = now;
    const graph = new dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph({ rankdir: plan.narrow ? "TB" : "LR", nodesep: 26, ranksep: 44, edgesep: 14, marginx: 18, marginy: 18 });
    for (const c of plan.components) {
      const kind = (c.spout ? "spout" : "bolt") + " ×" + c.parallelism + (c.rate === "–" ? "" : " · " + c.rate);
      const name = short(c.name, 32);
      const pressure = c.pressure ? "back pressure " + c.percent : "";
      graph.setNode(c.name, {
        ...c, title: c.name, name, kind, pressureText: pressure,
        width: Math.max(96, width(name, "650 13px"), width(kind, "11px"), width(pressure, "600 11px")) + 26,
        height: pressure ? 62 : 46,
      });
    }
    for (const [i, s] of plan.streams.entries()) {
      if (!graph.hasNode(s.from) || !graph.hasNode(s.to)) continue;
      const line = short((s.stream === "default" ? "" : s.stream + " · ") + s.grouping, 34);
      graph.setEdge(s.from, s.to, {
        ...s, line, labelpos: "c",
        width: Math.max(width(line, "11px"), width(s.rate, "600 11px")) + 8, height: s.rate ? 28 : 15,
      }, "s" + i);
    }
    dagre.layout(graph);
    const size = graph.graph();
    const svg = make("svg", {
      width: Math.ceil(size.width || 0), height: Math.ceil(size.height || 0), role: "group",
      "aria-label": "Graph of the logical plan; the tables below say the same",
    });
    const arrow = make("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" },
      make("path", { d: "M0 0 8 4 0 8Z" }));
    svg.append(make("defs", {}, arrow));
    for (const id of graph.edges()) {
      const e = graph.edge(id);
      const [first, ...rest] = e.points;
      const last = rest.length - 1;
      let path = `M${first.x} ${first.y}`;
      for (let i = 0; i < last; i++) {
        const a = rest[i], b = rest[i + 1];
        const end = i === last - 1 ? b : { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
        path += `Q${a.x} ${a.y} ${end.x} ${end.y}`;
      }
      if (last === 0) path += `L${rest[0].x} ${rest[0].y}`;
      const label = make("g", { "aria-hidden": "true" },
        make("rect", { class: "plate", x: e.x - e.width / 2, y: e.y - e.height / 2, width: e.width, height: e.height, rx: 3 }),
        make("text", { x: e.x, y: e.y + (e.rate ? -2 : 4), "text-anchor": "middle" }, e.line));
      if (e.rate) label.append(make("text", { class: "rate", x: e.x, y: e.y + 11, "text-anchor": "middle" }, e.rate));
      svg.append(make("g", { class: "edge" },
        make("title", {}, `${e.from} to ${e.to}, stream ${e.stream}, ${e.grouping}${e.rate ? ", " + e.rate : ""}`),
        make("path", { d: path, "marker-end": "url(#arrow)" }), label));
    }
    for (const name of graph.nodes()) {
      const n = graph.node(name);
      const left = n.x - n.width / 2, top = n.y - n.height / 2;
      const link = make("a", { href: n.url, class: `node ${n.spout ? "spout" : "bolt"} ${n.pressure}` },
        make("title", {}, n.title),
        make("rect", { x: left, y: top, width: n.width, height: n.height, rx: 6 }),
        make("text", { class: "name", x: n.x, y: top + 20, "text-anchor": "middle" }, n.name),
        make("text", { class: "kind", x: n.x, y: top + 36, "text-anchor": "middle" }, n.kind));
      if (n.pressureText) link.append(make("text", { class: "pressure", x: n.x, y: top + 52, "text-anchor": "middle" }, n.pressureText));
      svg.append(link);
    }
    box.replaceChildren(svg);
  }

  document.addEventListener("heron:changed", draw);
  addEventListener("resize", draw);
  draw();
})();
