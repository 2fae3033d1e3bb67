"use strict";
(() => {
  const root = document.documentElement;
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);

  // A name of the style sheet as a canvas takes it.
  function colour(name, opacity = 1) {
    probe.style.color = `var(--${name})`;
    const parts = getComputedStyle(probe).color.match(/[\d.]+/g);
    return `rgba(${parts[0]}, ${parts[1]}, ${parts[2]}, ${opacity})`;
  }

  function element(tag, parent, properties) {
    const made = Object.assign(document.createElement(tag), properties);
    parent.append(made);
    return made;
  }

  const shown = (x) => x == null ? "" : Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(5)));

  // Charts of lines and bands, to look around in; the still ones stay for print and for who has no script.
  class Live {
    constructor(figure) {
      this.chart = JSON.parse(figure.querySelector("script").textContent);
      figure.querySelector(".still").classList.add("off");
      const live = element("div", figure, { className: "live" });
      const tools = element("div", live, { className: "tools" });
      element("b", tools, { textContent: this.chart.title });
      const all = this.chart.marks.flatMap((m) => m.y ?? [...m.low, ...m.high]).filter((y) => y != null);
      if (this.chart.x.ticks.length === 0 && all.every((y) => y > 0)) {
        this.scales = ["linear", "log"].map((name) => element("button", tools, {
          type: "button", textContent: name, onclick: () => { this.log = name === "log"; this.draw(); } }));
      }
      this.reset = element("button", tools, { type: "button", textContent: "show all", hidden: true,
        onclick: () => this.draw() });
      this.box = element("div", live, {});
      this.log = false;
      this.width = 0;
      new ResizeObserver(() => {
        // In a frame of its own: what it draws has a size too.
        requestAnimationFrame(() => {
          if (this.box.clientWidth > 0 && this.box.clientWidth !== this.width) this.draw();
        });
      }).observe(live);
      if (this.box.clientWidth > 0) this.draw();
      live.setAttribute("role", "group");
      live.setAttribute("aria-label", figure.querySelector("svg").getAttribute("aria-label"));
    }

    label(x) {
      let near = null;
      for (const tick of this.chart.x.ticks) {
        if (near == null || Math.abs(tick.value - x) < Math.abs(near.value - x)) near = tick;
      }
      return near == null ? shown(x) : near.value === x ? near.label : "";
    }

    draw() {
      this.plot?.destroy();
      this.width = this.box.clientWidth;
      this.reset.hidden = true;
      this.scales?.forEach((b) => b.setAttribute("aria-pressed", String((b.textContent === "log") === this.log)));
      const series = [{ label: this.chart.x.label, value: (u, x) => x == null ? "" : this.place(x) }];
      const tables = [];
      const bands = [];
      for (const mark of this.chart.marks) {
        if (mark.low) {
          const fill = colour(mark.colour, mark.opacity);
          for (const [end, values] of [["upper", mark.high], ["lower", mark.low]]) {
            // One entry of the legend for both ends.
            const listed = mark.name && end === "upper";
            series.push({ label: mark.name, stroke: fill, width: 0.5,
              points: { show: false }, class: listed ? undefined : "hid",
              value: (u, y, i, at) => y == null ? "" : `${shown(u.data[i + 1][at])} to ${shown(y)}` });
            tables.push([mark.x, values]);
          }
          bands.push({ series: [series.length - 2, series.length - 1], fill });
        } else {
          series.push({ label: mark.name, stroke: colour(mark.colour, mark.style === "faint" ? 0.6 : 1),
            width: mark.style === "faint" ? 1 : 2, dash: mark.style === "dashed" ? [6, 4] : undefined,
            points: { show: mark.x.length < 2, fill: colour(mark.colour) }, value: (u, y) => shown(y), spanGaps: !this.timed() });
          tables.push([mark.x, mark.y]);
        }
      }
      const data = uPlot.join(tables, tables.map(() => [0, 2]));
      const axis = { stroke: colour("muted"), grid: { stroke: colour("line"), width: 1 },
        ticks: { stroke: colour("line"), width: 1 }, font: "12px system-ui", labelFont: "12px system-ui" };
      const named = this.chart.x.ticks;
      const x = { ...axis, label: this.chart.x.label, grid: { show: false } };
      if (named.length > 0) {
        x.splits = (u, i, from, to) => named.map((t) => t.value).filter((v) => v >= from && v <= to);
        x.values = (u, splits) => splits.map((v) => this.label(v));
        x.filter = (u, splits) => { const every = Math.ceil(splits.length * 80 / this.width); return splits.map((v, i) => i % every ? null : v); };
      }
      this.plot = new uPlot({
        width: this.width, height: this.width < 500 ? 260 : 320, series, bands,
        scales: { x: { time: false }, y: { distr: this.log ? 3 : 1 } },
        axes: [x, { ...axis, label: this.chart.y.label, size: 58 }],
        cursor: { y: false },
        hooks: { setSelect: [() => { this.reset.hidden = false; }] },
      }, data, this.box);
    }

    timed() { return this.chart.x.ticks.length > 0; }

    // Where times have names, the number of seconds says nothing: the nearest name before it does.
    place(x) {
      if (this.chart.x.ticks.length === 0) return shown(x);
      return new Date(x * 1e3).toISOString().slice(0, this.chart.x.ticks[0].label.length).replace("T", " ");
    }
  }

  const lives = [...document.querySelectorAll("figure.plot")]
    .filter((figure) => figure.querySelector("script")).map((figure) => new Live(figure));

  // Colours: the system's, or one that is chosen here.
  const schemes = ["", "light", "dark"];
  const names = ["Colours: as the system", "Colours: light", "Colours: dark"];
  const button = document.getElementById("scheme");
  button.hidden = false;
  function scheme(name) {
    root.dataset.scheme = name;
    button.textContent = names[schemes.indexOf(name)];
    lives.forEach((live) => { if (live.width > 0) live.draw(); });
  }
  button.onclick = () => {
    const next = schemes[(schemes.indexOf(root.dataset.scheme ?? "") + 1) % schemes.length];
    try { localStorage.setItem("scheme", next); } catch { /* A page from a file may have nowhere to keep it. */ }
    scheme(next);
  };
  let kept = "";
  try { kept = localStorage.getItem("scheme") ?? ""; } catch { /* As above. */ }
  if (schemes.includes(kept) && kept) scheme(kept);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    lives.forEach((live) => { if (live.width > 0) live.draw(); }));

  // Where a player is, on the picture of its sound.
  for (const figure of document.querySelectorAll("figure.sound")) {
    const audio = figure.querySelector("audio");
    const head = figure.querySelector(".head");
    const svg = figure.querySelector("svg");
    const move = () => {
      const scale = svg.clientWidth / 760;
      head.style.left = `${(62 + 680 * audio.currentTime / audio.duration) * scale}px`;
      head.hidden = audio.currentTime === 0;
      if (!audio.paused) requestAnimationFrame(move);
    };
    audio.addEventListener("play", move);
    audio.addEventListener("timeupdate", move);
  }

  // Tables are sorted by a click on the head of a column.
  const number = (cell) => Number.parseFloat(cell.textContent.replace(/,/g, ""));
  for (const table of document.querySelectorAll(".wide table")) {
    const heads = [...table.querySelectorAll("thead th")];
    const body = table.tBodies[0];
    if (body == null || body.rows.length < 3) continue;
    heads.forEach((head, column) => {
      const text = head.textContent;
      head.textContent = "";
      element("button", head, { type: "button", textContent: text, onclick: () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].sort((a, b) => {
          const [x, y] = [a.cells[column], b.cells[column]];
          const order = number(x) - number(y);
          return (Number.isNaN(order) ? x.textContent.localeCompare(y.textContent) : order) * (up ? 1 : -1);
        });
        body.append(...rows);
      } });
    });
  }
})();
