"use strict";
(() => {
  const store = JSON.parse(document.getElementById("data").textContent);
  const panel = document.getElementById("receipt");
  const body = document.getElementById("receipt-body");
  const title = document.getElementById("receipt-title");
  const back = document.getElementById("back");
  const trail = [];
  const SHOWN = 100;
  const WORDS = {
    n: "Subjects", N: "Subjects", percent: "Percentage", mean: "Mean", sd: "Standard deviation", median: "Median", q1: "First quartile",
    q3: "Third quartile", min: "Smallest", max: "Largest", responders: "Responders", estimate: "Rate", lower: "Lower confidence limit",
    upper: "Upper confidence limit", events: "Events", censored: "Censored", median_lower: "Lower confidence limit of the median",
    median_upper: "Upper confidence limit of the median", rate: "Rate at the landmark", rate_se: "Standard error of the rate",
    rate_lower: "Lower confidence limit of the rate", rate_upper: "Upper confidence limit of the rate", p_value: "P value",
    follow_up_median: "Median follow-up", follow_up_min: "Shortest follow-up", follow_up_max: "Longest follow-up",
    chi_square: "Chi-square", df: "Degrees of freedom", decision: "Decision", responders_needed: "Responders needed",
    unknown: "Not known at the landmark", informative: "Left in a way that may tell", delta: "Factor of the hazard after leaving",
    weight_mean: "Mean weight", weight_max: "Largest weight", at_risk: "Subjects at risk",
  };
  const KEYS = {
    ADSL: ["USUBJID", "TRT01A", "AGE", "SEX", "TRTSDT", "TRTEDT", "EOTSTT", "DCTREAS", "BOR"],
    ADRS: ["USUBJID", "PARAMCD", "AVALC", "ADT", "AVISIT", "AREASON", "SRCDOM", "SRCVAR", "SRCSEQ"],
    ADTR: ["USUBJID", "PARAMCD", "TRLNKID", "AVAL", "ADT", "AVISIT", "PCHG", "SRCDOM", "SRCVAR", "SRCSEQ"],
    ADTTE: ["USUBJID", "PARAMCD", "AVAL", "CNSR", "STARTDT", "ADT", "EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCVAR", "SRCSEQ"],
    ADAE: ["USUBJID", "AEDECOD", "ATOXGRN", "ASTDT", "AENDT", "AESER", "RELFL", "SRCDOM", "SRCVAR", "SRCSEQ"],
  };

  const make = (tag, text, attributes) => {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };
  const text = (name, place) => store.words[store.results[store.texts.indexOf(name)][place]];
  const number = (name, place) => store.values[store.numbers.indexOf(name)][place];
  const value = (dataset, column, row) => {
    const at = dataset.columns.indexOf(column);
    if (at < 0) return null;
    const stored = dataset.values[at];
    if (stored.v) return stored.v[row];
    return stored.i[row] < 0 ? null : stored.w[stored.i[row]];
  };
  const rowsOf = (place) => {
    const rows = [];
    const runs = store.traces[place];
    for (let i = 0; i < runs.length; i += 2) for (let j = 0; j < runs[i + 1]; j += 1) rows.push(runs[i] + j);
    return rows;
  };

  function show(heading, build, keep) {
    if (keep) trail.push({ heading: title.textContent, nodes: [...body.childNodes], top: body.scrollTop });
    title.textContent = heading;
    body.replaceChildren();
    build(body);
    back.hidden = trail.length === 0;
    if (!panel.open) panel.showModal();
    body.scrollTop = 0;
    title.focus();
  }

  function goBack() {
    const last = trail.pop();
    title.textContent = last.heading;
    body.replaceChildren(...last.nodes);
    body.scrollTop = last.top;
    back.hidden = trail.length === 0;
    title.focus();
  }

  function facts(pairs, attributes) {
    const list = make("dl", null, attributes);
    pairs.filter(([, told]) => told !== "" && told !== null && told !== undefined).forEach(([name, told, kind]) => {
      list.append(make("dt", name));
      const shown = make("dd", kind === "code" ? null : String(told), kind === "warning" ? { class: "warning" } : {});
      if (kind === "code") { shown.append(make("code", told)); shown.tabIndex = 0; }
      list.append(shown);
    });
    return list;
  }

  const safeCell = (cell) => {
    const shown = cell === null || cell === undefined ? "" : String(cell);
    const formula = /^ *[=+\-@\t\r\n]/.test(shown) && !/^[+-]?\d+(\.\d+)?%?$/.test(shown);
    return `"${(formula ? `'${shown}` : shown).replace(/"/g, '""')}"`;
  };

  function save(name, type, content) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    make("a", null, { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  function rowsTable(name, rows, extra) {
    const dataset = store.data[name];
    const holder = make("div");
    const used = dataset.columns.filter((c) => (KEYS[name] || dataset.columns.slice(0, 8)).includes(c) || (extra || []).includes(c));
    let all = false;
    let limit = SHOWN;
    const draw = () => {
      const columns = all ? dataset.columns : used;
      const scroll = make("div", null, { class: "scroll", tabindex: "0", role: "region", "aria-label": `Rows of ${name}, scrollable` });
      const table = make("table");
      table.append(make("caption", `Rows of ${name}`));
      const head = make("tr");
      columns.forEach((c) => head.append(make("th", c, { scope: "col" })));
      const thead = make("thead");
      thead.append(head);
      const tbody = make("tbody");
      rows.slice(0, limit).forEach((row) => {
        const line = make("tr");
        columns.forEach((c) => { const cell = value(dataset, c, row); line.append(make("td", cell === null ? "" : String(cell))); });
        tbody.append(line);
      });
      table.append(thead, tbody);
      scroll.append(table);
      const tools = make("div", null, { class: "tools" });
      const label = make("label");
      const box = make("input", null, { type: "checkbox" });
      box.checked = all;
      box.addEventListener("change", () => { all = box.checked; draw(); holder.querySelector("input").focus(); });
      label.append(box, document.createTextNode(` All ${dataset.columns.length} variables`));
      const csv = make("button", "Save rows as CSV", { type: "button", class: "plain" });
      csv.addEventListener("click", () => {
        const lines = [dataset.columns, ...rows.map((row) => dataset.columns.map((c) => value(dataset, c, row)))];
        save(`${name.toLowerCase()}-rows.csv`, "text/csv", `\ufeff${lines.map((l) => l.map(safeCell).join(",")).join("\r\n")}\r\n`);
      });
      tools.append(label, csv);
      if (rows.length > limit) {
        const more = make("button", `Show all ${rows.length} rows`, { type: "button", class: "plain" });
        more.addEventListener("click", () => { limit = rows.length; draw(); });
        tools.append(more);
      }
      holder.replaceChildren(tools, scroll);
    };
    draw();
    return holder;
  }

  function showSubject(subject) {
    show(subject, (to) => {
      // What happened first; the many facts of ADSL last.
      const names = Object.keys(store.data).sort((a, b) => (a === "ADSL") - (b === "ADSL"));
      names.map((name) => [name, store.data[name]]).forEach(([name, dataset]) => {
        const rows = [];
        for (let row = 0; row < dataset.rows; row += 1) if (value(dataset, "USUBJID", row) === subject) rows.push(row);
        to.append(make("h3", `${name} (${rows.length} ${rows.length === 1 ? "row" : "rows"})`));
        if (!rows.length) return;
        if (name === "ADSL") to.append(facts(dataset.columns.map((c) => [c, value(dataset, c, rows[0])]), { class: "pairs" }));
        else to.append(rowsTable(name, rows));
      });
    }, true);
  }

  function rowsBehind(place) {
    const part = make("div");
    const name = text("trace_dataset", place);
    const dataset = store.data && store.data[name];
    if (!dataset) return part;
    const rows = rowsOf(place);
    const subjects = [...new Set(rows.map((row) => value(dataset, "USUBJID", row)))].filter((s) => s !== null);
    part.append(make("h3", `Subjects (${subjects.length})`));
    const list = make("ul", null, { class: "subjects" });
    subjects.forEach((subject) => {
      const item = make("li");
      const button = make("button", subject, { type: "button" });
      button.addEventListener("click", () => showSubject(subject));
      item.append(button);
      list.append(item);
    });
    if (subjects.length) part.append(list);
    part.append(make("h3", `Rows behind it (${rows.length} of ${name})`));
    if (rows.length) {
      const named = dataset.columns.filter((c) => new RegExp(`\\b${c}\\b`).test(text("trace_where", place)));
      part.append(rowsTable(name, rows, named));
    }
    return part;
  }

  const traceOf = (place) => `${text("trace_dataset", place)}|${text("trace_where", place)}`;
  const unitOf = (place) => { const unit = text("unit", place); return unit && (unit === "%" ? "%" : ` ${unit}`); };

  function found(places) {
    const table = make("table", null, { class: "found" });
    table.append(make("caption", "Results"));
    const head = make("tr");
    ["Printed", "What it is", "Exact value"].forEach((name) => head.append(make("th", name, { scope: "col" })));
    const thead = make("thead");
    thead.append(head);
    const tbody = make("tbody");
    places.forEach((place) => {
      const line = make("tr");
      const exact = number("value", place);
      line.append(make("td", text("display", place) + (exact === null ? "" : unitOf(place))));
      line.append(make("td", WORDS[text("statistic", place)] || text("statistic", place)));
      line.append(make("td", exact === null ? "none" : String(exact)));
      tbody.append(line);
    });
    table.append(thead, tbody);
    return table;
  }

  function receipt(places) {
    const part = make("article");
    const each = (tell) => [...new Set(places.map(tell))].filter((told) => told !== "" && told !== null).join("; ");
    const set = text("analysis_set", places[0]);
    const about = ["section", "parameter_label", "level_label", "group_label"].map((name) => text(name, places[0]));
    part.append(make("p", [...new Set(about)].filter((told) => told).join(", "), { class: "what" }));
    const scroll = make("div", null, { class: "scroll", tabindex: "0", role: "region", "aria-label": "Results, scrollable" });
    scroll.append(found(places));
    part.append(scroll, facts([
      ["Analysis", each((place) => text("analysis_id", place))],
      ["Analysis set", set && store.sets[set] ? `${set}: ${store.sets[set]}` : set],
      ["Method", each((place) => text("method", place))],
      ["Options", each((place) => text("options", place))],
      ["Software", each((place) => text("library", place))],
      ["Rests on", each((place) => (number("n", place) === null ? "" : `${number("n", place)} subjects`))],
      ["Without a value", each((place) => number("n_missing", place) || "")],
      ["Warning", each((place) => text("warning", place)), "warning"],
      ["Rows from", text("trace_dataset", places[0])],
      ["Condition", text("trace_where", places[0]), "code"],
      ["Result", each((place) => text("result_id", place)), "code"],
    ]));
    return part;
  }

  function openReceipt(places, label) {
    trail.length = 0;
    show(label, (to) => {
      const together = new Map();
      places.forEach((place) => together.set(traceOf(place), [...(together.get(traceOf(place)) || []), place]));
      together.forEach((some) => {
        const part = receipt(some);
        if (store.patients) part.append(rowsBehind(some[0]));
        to.append(part);
      });
    }, false);
  }

  const press = (target) => {
    const mark = target.closest("[data-r]");
    if (!mark) return false;
    openReceipt(mark.dataset.r.split(" ").map(Number), (mark.getAttribute("aria-label") || mark.textContent).trim());
    return true;
  };
  document.addEventListener("click", (event) => {
    const saved = event.target.closest("[data-save]");
    if (saved) { savePicture(saved.dataset.save); return; }
    press(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.closest("[role=button][data-r]") && press(event.target)) event.preventDefault();
  });
  panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
  document.getElementById("close").addEventListener("click", () => panel.close());
  back.addEventListener("click", goBack);

  function savePicture(name) {
    const copy = document.querySelector(`#${CSS.escape(name)} svg`).cloneNode(true);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.querySelectorAll("[data-r]").forEach((mark) => ["data-r", "role", "tabindex", "aria-label"].forEach((a) => mark.removeAttribute(a)));
    ["role", "aria-label", "aria-describedby"].forEach((a) => copy.removeAttribute(a));
    const faces = [...document.styleSheets[0].cssRules].filter((rule) => rule.type === CSSRule.FONT_FACE_RULE).map((rule) => rule.cssText).join("");
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = faces;
    copy.prepend(style);
    save(`${name}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(copy));
  }

  if (window.matchMedia("(max-width: 900px)").matches) document.querySelector("nav details").open = false;
})();
