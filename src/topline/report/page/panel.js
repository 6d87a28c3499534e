// The panel at the side: what it shows, and the way back.
const panel = document.getElementById("panel");
const panelBody = document.getElementById("panel-body");
const panelTitle = document.getElementById("panel-title");
const panelBack = document.getElementById("back");
const trail = [];

// Show a heading and what `build` puts below it: as something new, one step deeper (the way back is
// kept), or in the place of what is shown.
function show(heading, build, { as = "new", wide = false } = {}) {
  if (as === "new") trail.length = 0;
  if (as === "deeper") trail.push({ heading: panelTitle.textContent, nodes: [...panelBody.childNodes], top: panelBody.scrollTop, wide: panel.classList.contains("wide") });
  place(heading, wide);
  panelBody.replaceChildren();
  if (!panel.open) panel.showModal();
  build(panelBody);
  panelBody.scrollTop = 0;
  panelTitle.focus();
}

function place(heading, wide) {
  panelTitle.textContent = heading;
  panel.classList.toggle("wide", wide);
  panelBack.hidden = trail.length === 0;
}

function goBack() {
  const last = trail.pop();
  place(last.heading, last.wide);
  panelBody.replaceChildren(...last.nodes);
  panelBody.scrollTop = last.top;
  panelTitle.focus();
}

function facts(pairs, attributes) {
  const list = make("dl", null, attributes);
  pairs.filter(([, fact]) => fact !== "" && fact !== null && fact !== undefined).forEach(([name, fact, kind]) => {
    const shown = make("dd", kind === "code" ? null : told(fact), kind === "warning" ? { class: "warning" } : {});
    if (kind === "code") { shown.append(make("code", fact)); shown.tabIndex = 0; }
    const pair = make("div");
    pair.append(make("dt", name), shown);
    list.append(pair);
  });
  return list;
}

function scrollable(label, child) {
  const holder = make("div", null, { class: "scroll", tabindex: "0", role: "group", "aria-label": `${label}, scrollable` });
  holder.append(child);
  return holder;
}

// A table from texts: the first row of `lines` is its head; a cell may be a node.
function plainTable(caption, heads, lines, attributes) {
  const table = make("table", null, attributes);
  const cells = (line, tag, extra) => {
    const row = make("tr");
    line.forEach((cell) => {
      const made = make(tag, null, extra);
      made.append(cell instanceof Node ? cell : document.createTextNode(told(cell)));
      row.append(made);
    });
    return row;
  };
  const head = make("thead");
  const body = make("tbody");
  head.append(cells(heads, "th", { scope: "col" }));
  body.append(...lines.map((line) => cells(line, "td")));
  table.append(make("caption", caption), head, body);
  return table;
}
