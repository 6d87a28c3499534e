// What a printed number is, how it was found, and the rows and subjects it rests on.
class Results {
  constructor(stored) { this.stored = stored; }

  text(name, place) { return this.stored.words[this.stored.results[this.stored.texts.indexOf(name)][place]]; }

  number(name, place) { return this.stored.values[this.stored.numbers.indexOf(name)][place]; }

  // The rows of its dataset, from runs: how far on, how many.
  rows(place) {
    const rows = [];
    const trace = this.stored.trace[place];
    const runs = trace < 0 ? [] : this.stored.traces[trace];
    let next = 0;
    for (let i = 0; i < runs.length; i += 2) {
      next += runs[i];
      for (let end = next + runs[i + 1]; next < end; next += 1) rows.push(next);
    }
    return rows;
  }

  // Each of some places' words once.
  each(name, places) { return [...new Set(places.map((place) => this.text(name, place)))].filter(Boolean).join("; "); }
}

function printed(results, places) {
  return plainTable("Results", ["Printed", "What it is", "Exact value"], places.map((place) => {
    const exact = results.number("value", place);
    const unit = results.text("unit", place);
    const statistic = results.text("statistic", place);
    const shown = results.text("display", place) + (exact === null || !unit ? "" : unit === "%" ? "%" : ` ${unit}`);
    return [shown, index.statistics[statistic] || statistic, exact === null ? "none" : String(exact)];
  }), { class: "found" });
}

function receipt(results, places) {
  const part = make("article");
  const [first] = places;
  const set = results.text("analysis_set", first);
  const about = ["section", "parameter_label", "level_label", "group_label"].map((name) => results.text(name, first));
  const numbers = (name) => [...new Set(places.map((place) => results.number(name, place)))].filter((n) => n !== null);
  part.append(
    make("p", [...new Set(about)].filter(Boolean).join(", "), { class: "what" }),
    scrollable("Results", printed(results, places)),
    facts([
      ["Analysis", results.each("analysis_id", places)],
      ["Analysis set", set && index.sets[set] ? `${set}: ${index.sets[set]}` : set],
      ["Method", results.each("method", places)],
      ["Options", results.each("options", places)],
      ["Software", results.each("library", places)],
      ["Rests on", numbers("n").map((n) => count(n, "subject")).join("; ")],
      ["Without a value", numbers("n_missing").filter(Boolean).join("; ")],
      ["Warning", results.each("warning", places), "warning"],
      ["Rows from", results.text("trace_dataset", first)],
      ["Condition", results.text("trace_where", first), "code"],
      ["Result", results.each("result_id", places), "code"],
    ]),
  );
  return part;
}

async function rowsBehind(results, place) {
  const part = make("div");
  const name = results.text("trace_dataset", place);
  if (!listingOf(name)) return part;
  const source = await frame(name);
  const rows = results.rows(place);
  const known = source.column("USUBJID");
  const subjects = [...new Set(rows.map((row) => known[row]))].filter((subject) => subject !== null);
  part.append(make("h3", `Subjects (${subjects.length})`));
  if (subjects.length) part.append(subjectList(subjects));
  else part.append(make("p", "No subject has such a row."));
  if (rows.length) {
    part.append(make("h3", `Rows of ${name} (${rows.length.toLocaleString("en")})`));
    part.append(new Listing(source, { title: name, columns: listingOf(name).columns, rows, file: `${name.toLowerCase()}-rows` }).holder);
  }
  return part;
}

// What a curve falls by, where the rows behind it are times with events.
async function stepsBehind(results, place, curve) {
  const part = make("article");
  const name = results.text("trace_dataset", place);
  const source = listingOf(name) ? await frame(name) : null;
  const rows = source && source.has("CNSR") ? results.rows(place) : [];
  if (rows.length) part.append(...curveSteps(source, rows, curve));
  return part;
}

function subjectList(subjects) {
  const list = make("ul", null, { class: "subjects" });
  subjects.forEach((subject) => {
    const item = make("li");
    item.append(button(subject, () => openProfile(subject)));
    list.append(item);
  });
  return list;
}

// A receipt for each set of rows; results on the same rows share one.
async function openReceipt(places, label, curve) {
  const results = new Results(await unpack("results"));
  const together = new Map();
  places.forEach((place) => {
    const trace = `${results.text("trace_dataset", place)}|${results.text("trace_where", place)}`;
    together.set(trace, [...(together.get(trace) || []), place]);
  });
  const parts = curve && index.patients ? [await stepsBehind(results, places[0], curve)] : [];
  for (const some of together.values()) {
    const part = receipt(results, some);
    if (index.patients) part.append(await rowsBehind(results, some[0]));
    parts.push(part);
  }
  show(label, (to) => to.append(...parts));
  const step = panelBody.querySelector("tr.here");
  if (step) step.scrollIntoView({ block: "nearest" });
}

const press = (target, event) => {
  const mark = target.closest("[data-r]");
  if (!mark) return false;
  const name = mark.getAttribute("aria-label") || (mark.querySelector("title") || mark).textContent;
  openReceipt(mark.dataset.r.split(" ").map(Number), name.trim(), mark.ownerSVGElement ? curveAt(mark, event) : null);
  return true;
};
