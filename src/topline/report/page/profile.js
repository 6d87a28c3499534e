// One patient, or two side by side: facts, one line of time, values over time, all records.
const plan = index.profile;
const INDEXED = ["TRTSDT", "RANDDT", "RFICDT"];

async function openProfile(subject, { beside = null, as = panel.open ? "deeper" : "new" } = {}) {
  announce("Reading the records");
  const names = index.listings.filter((listing) => listing.dataset).map(({ name }) => name);
  const sources = new Map(await Promise.all(names.map(async (name) => [name, await frame(name)])));
  announce("");
  const patients = [subject, beside].filter(Boolean).map((each) => new Patient(each, sources));
  show(patients.map((patient) => patient.subject).join(" and "), (to) => {
    const columns = make("div", null, { class: patients.length > 1 ? "profiles two" : "profiles" });
    to.append(chooser(subject, beside, sources.get("ADSL")), columns);
    const articles = patients.map((patient) => profile(patient, patients));
    columns.append(...articles.map(({ article }) => article));
    articles.forEach(({ draw: drawn }) => drawn());
  }, { as, wide: true });
}

class Patient {
  constructor(subject, sources) {
    this.subject = subject;
    this.sources = sources;
    this.course = courseOf(this);
    this.charts = chartsOf(this);
  }

  records(dataset, names) {
    const source = this.sources.get(dataset);
    return source ? source.records(this.subject, names) : [];
  }

  fact(name) { return this.sources.get("ADSL").ofSubject(this.subject, name); }

  // The day from which time is counted: the first dose, else the day of entry.
  get start() { return dayOf(INDEXED.map((name) => this.fact(name)).find(Boolean)); }
}

function chooser(subject, beside, adsl) {
  const subjects = adsl.column("USUBJID");
  const at = subjects.indexOf(subject);
  const to = (row, text) => button(text, () => openProfile(subjects[row], { beside, as: "same" }), { class: "plain", disabled: !subjects[row] });
  const select = (label, value, none, change) => {
    const holder = make("label", `${label} `);
    const list = make("select");
    if (none) list.append(make("option", none, { value: "" }));
    subjects.filter((each) => none === null || each !== subject).forEach((each) => list.append(make("option", each, { value: each })));
    list.value = value || "";
    list.addEventListener("change", () => change(list.value));
    holder.append(list);
    return holder;
  };
  const bar = make("div", null, { class: "chooser" });
  bar.append(
    to(at - 1, "Previous"), to(at + 1, "Next"),
    select("Patient", subject, null, (chosen) => openProfile(chosen, { beside: beside === chosen ? null : beside, as: "same" })),
    select("Beside", beside, "nobody", (chosen) => openProfile(subject, { beside: chosen || null, as: "same" })),
  );
  return bar;
}

function profile(patient, together) {
  const article = make("article", null, { class: "profile" });
  const picture = make("div", null, { class: "timeline" });
  const charts = make("div");
  article.append(make("h3", patient.subject, { class: together.length > 1 ? null : "spoken" }), header(patient), make("h4", "Course"), picture, legend(patient.course), charts, make("h4", "Records"), ...records(patient));
  const drawAll = () => {
    picture.replaceChildren(timeline(patient, Math.max(280, picture.clientWidth), domainOf(together), largestOf(together)));
  };
  return {
    article,
    draw: () => {
      drawAll();
      charts.append(...seriesOf(patient, together));
      let width = picture.clientWidth;
      new ResizeObserver(() => { if (Math.abs(picture.clientWidth - width) > 4) { width = picture.clientWidth; drawAll(); } }).observe(picture);
    },
  };
}

function header(patient) {
  const words = ({ variable, levels, unit }) => {
    const value = patient.fact(variable);
    return value === null ? "" : `${levels[value] || told(value, 4)}${unit ? ` ${unit}` : ""}`;
  };
  const line = (fact) => {
    if (!fact.flags) return [fact.label, words(fact)];
    return [fact.label, fact.flags.filter(([flag]) => patient.fact(flag) === "Y").map(([, label]) => label).join(", ") || "None"];
  };
  const why = patient.records("ADRS", ["PARAMCD", "AREASON"]).find(({ PARAMCD }) => PARAMCD === "BOR");
  const outcome = plan.outcome.map((fact) => {
    const [label, said] = line(fact);
    return [label, fact.variable === "BOR" && said && why && why.AREASON ? `${said} (${why.AREASON})` : said];
  });
  const sets = make("ul", null, { class: "sets" });
  plan.sets.forEach(([flag, reason, key, label]) => {
    const inside = patient.fact(flag) === "Y";
    const stated = make("li", null, { class: inside ? "inside" : "outside" });
    stated.append(make("strong", `${key}: ${inside ? "in" : "not in"}`), ` ${label}${inside || !patient.fact(reason) ? "" : ` (${patient.fact(reason)})`}`);
    sets.append(stated);
  });
  const [head, left, right] = ["header", "", ""].map((kind) => make("div", null, { class: kind }));
  left.append(make("h4", "At entry"), facts(plan.facts.map(line), { class: "entry" }));
  right.append(make("h4", "Treatment and outcome"), facts(outcome), make("h4", "Analysis sets"), sets);
  head.append(left, right);
  return head;
}

function legend({ events, drugs }) {
  const line = make("p", null, { class: "legend" });
  const add = (words, kind) => {
    const entry = make("span");
    entry.append(kind ? make("span", null, { class: `swatch ${kind}` }) : "", ` ${words}`);
    line.append(entry, " ");
  };
  const levels = new Set(drugs.flatMap(({ doses }) => doses.map(({ DOSELVL }) => Math.min(3, DOSELVL || 1))));
  ["starting dose", "one level lower", "two levels lower"].forEach((words, i) => { if (levels.has(i + 1)) add(words, `level-${i + 1}`); });
  if (drugs.some(({ pauses }) => pauses.length)) add("interrupted", "pause");
  const grades = new Set(events.flatMap(({ spans }) => spans.map(({ ATOXGRN }) => ATOXGRN)));
  [1, 2, 3, 4, 5].forEach((grade) => { if (grades.has(grade)) add(`grade ${grade}`, `grade-${grade}`); });
  if (events.some(({ spans }) => spans.some(({ serious }) => serious))) add("S serious");
  if (events.some(({ spans }) => spans.some(({ ongoing }) => ongoing))) add("► going on");
  return line;
}

// All rows of the patient in each dataset, listed when unfolded.
function records(patient) {
  return index.listings.filter((listing) => listing.dataset && patient.sources.get(listing.name).bySubject.has(patient.subject)).map(({ name, title, columns }) => {
    const source = patient.sources.get(name);
    const rows = source.bySubject.get(patient.subject);
    const details = make("details", null, { class: "records" });
    const summary = make("summary", title);
    summary.append(make("span", ` ${name} (${count(rows.length, "row")})`, { class: "code" }));
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (!details.open || details.childElementCount > 1) return;
      details.append(name === "ADSL"
        ? facts(source.columns.map((column) => [`${labelOf(column)} ${labelOf(column) === column ? "" : column}`, source.column(column)[rows[0]]]), { class: "pairs" })
        : new Listing(source, { title: `${title} of ${patient.subject}`, columns: columns.filter((column) => column !== "USUBJID"), rows, subjects: false, file: `${patient.subject}-${name}`.toLowerCase() }).holder);
    });
    return details;
  });
}
