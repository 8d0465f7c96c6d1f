// Draws the figures from the tables beneath them.
(() => {
  "use strict";
  const plots = new Map();
  const series = 6;

  // As everywhere on the pages and in logs: UTC.
  function clock(seconds) { return new Date(seconds * 1000).toISOString().slice(11, 16); }

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  function namesOf(figure) { return [...figure.querySelectorAll("thead th")].slice(1).map(h => h.textContent); }

  // Whatever is drawn in several plots has the same colour in all of them.
  function places() { return [...new Set([...document.querySelectorAll(".plot")].flatMap(namesOf))].sort(); }

  function read(figure) {
    const names = namesOf(figure);
    const rows = [...figure.querySelectorAll("tbody tr")];
    return {
      names,
      data: [rows.map(r => Number(r.dataset.minute)), ...names.map((_, i) => rows.map(r => {
        const text = r.cells[i + 1].textContent;
        return text === "" ? null : Number(text);
      }))],
    };
  }

  function draw(figure, of) {
    const { names, data } = read(figure);
    const lines = names.map(name => of.indexOf(name));
    const key = figure.dataset.plot;
    const known = plots.get(key);
    if (known && known.figure === figure && known.names.join("\n") === names.join("\n") && known.lines.join() === lines.join()) {
      known.plot.setData(data);
      return;
    }
    known?.plot.destroy();
    const canvas = figure.querySelector(".canvas");
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") }, font: "11px system-ui, sans-serif" };
    const plot = new uPlot({
      width: Math.max(240, canvas.clientWidth), height: 190,
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      cursor: { sync: { key: "figures" }, drag: { x: false, y: false } },
      legend: { live: true },
      scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), (high || 1) * 1.08] } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map(clock) }, { ...axis, size: 56, values: (_, ticks) => ticks.map(t => Math.abs(t) >= 1e6 ? t / 1e6 + "M" : Math.abs(t) >= 1e3 ? t / 1e3 + "k" : t) }],
      series: [{ label: "Time (UTC)", value: (_, t) => t == null ? "–" : clock(t) },
        ...names.map((label, i) => ({ label, stroke: colour("--series-" + (lines[i] % series + 1)), dash: lines[i] >= series ? [6, 4] : undefined, width: 1.6, points: { show: data[0].length < 3 }, spanGaps: false }))],
    }, data, canvas);
    plots.set(key, { plot, figure, names, lines, canvas });
  }

  function all() {
    const of = places();
    document.querySelectorAll(".plot").forEach(figure => draw(figure, of));
  }
  document.addEventListener("heron:changed", all);
  addEventListener("resize", () => { for (const p of plots.values()) p.plot.setSize({ width: Math.max(240, p.canvas.clientWidth), height: 190 }); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const p of plots.values()) p.plot.destroy(); plots.clear(); all(); });
  all();
})();
