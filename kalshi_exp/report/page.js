"use strict";
(() => {
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const coarse = matchMedia("(pointer: coarse)").matches;
  const NARROW = 560;

  const property = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  // "css:name/percent" -> the theme's colour at that opacity.
  const colour = (token) => {
    const [, name, percent] = /^css:([a-z0-9-]+)\/(\d+)$/.exec(token) || [];
    const hex = name && property(name);
    if (!hex) return token;
    const part = (k) => parseInt(hex.slice(k, k + 2), 16);
    return `rgba(${part(1)},${part(3)},${part(5)},${percent / 100})`;
  };

  const resolve = (node) => {
    if (typeof node === "string") return node.startsWith("css:") ? colour(node) : node;
    if (Array.isArray(node)) return node.map(resolve);
    if (node && typeof node === "object") {
      return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, resolve(v)]));
    }
    return node;
  };

  const isObject = (x) => x && typeof x === "object" && !Array.isArray(x);
  const merge = (into, from) => {
    for (const [k, v] of Object.entries(from)) {
      into[k] = isObject(v) && isObject(into[k]) ? merge({ ...into[k] }, v) : v;
    }
    return into;
  };

  const layoutOf = (spec, width) => {
    const grid = colour("css:rule/100"), zero = colour("css:strong-rule/100");
    const ink = colour("css:muted/100");
    const font = { family: property("sans"), size: 12, color: ink };
    let layout = {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font,
      margin: { l: 58, r: 14, t: 10, b: 44 }, 
      hovermode: "closest", dragmode: coarse ? false : "zoom",
      legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom",
                bgcolor: "rgba(0,0,0,0)" },
      hoverlabel: { bgcolor: colour("css:card/100"), bordercolor: zero,
                    font: { family: property("sans"), size: 12, color: colour("css:ink/100") } },
    };
    layout = merge(layout, resolve(spec.layout));
    if (width < NARROW) layout = merge(layout, resolve(spec.narrow));
    for (const key of Object.keys(layout)) {
      if (!/^[xy]axis\d*$/.test(key)) continue;
      const x = key.startsWith("x");
      layout[key] = merge(
        { gridcolor: grid, zerolinecolor: zero, zerolinewidth: 1, linecolor: zero, ticks: "",
          automargin: true, showgrid: !x, title: { standoff: 8, font: { size: 12 } }, tickfont: { size: 11.5 } },
        layout[key]);
    }
    return layout;
  };

  const config = { displayModeBar: false, responsive: false, showTips: false };

  const draw = () => {
    for (const spec of specs) {
      const element = document.getElementById(spec.id);
      const width = element.clientWidth;
      element.dataset.width = width;
      const layout = layoutOf(spec, width);
      element.style.height = layout.height + "px";
      Plotly.react(element, resolve(spec.data), { ...layout, width }, config);
    }
  };

  draw();
  dark.addEventListener("change", draw);
  let waiting = 0;
  const observer = new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const moved = specs.some((spec) => {
        const element = document.getElementById(spec.id);
        return String(element.clientWidth) !== element.dataset.width;
      });
      if (moved) draw();
    }, 100);
  });
  for (const spec of specs) observer.observe(document.getElementById(spec.id));
  // Paper is white whatever the screen is.
  const paper = (on) => () => {
    document.documentElement.classList.toggle("paper", on);
    draw();
  };
  addEventListener("beforeprint", paper(true));
  addEventListener("afterprint", paper(false));
  document.documentElement.dataset.drawn = specs.length;
})();
