// What happened to a patient, on one line of time: lesions and responses, doses, adverse events.
const MARGIN = { top: 8, row: 15, bottom: 30 };
const RESPONSE = { CR: "good", PR: "good", SD: "even", "NON-CR/NON-PD": "even", PD: "bad", NE: "none" };
const SHORT = { "NON-CR/NON-PD": "nCR/nPD" };

// The course of a patient in days from the start, from the rows of whatever datasets there are.
function courseOf(patient) {
  const { start } = patient;
  const from = (iso) => (iso && start !== null ? dayOf(iso) - start : null);
  const lesions = new Map();
  const sums = [];
  patient.records("ADTR", ["PARAMCD", "TRLNKID", "TULOC", "AVAL", "ADT", "PCHG", "NADIR", "PCHGNAD", "ABLFL", "ANL01FL"]).forEach((row) => {
    const point = { x: from(row.ADT), y: row.AVAL, ...row };
    if (point.x === null || point.y === null) return;
    if (row.PARAMCD === "SUMDIAM") sums.push(point);
    if (row.PARAMCD !== "LDIAM") return;
    if (!lesions.has(row.TRLNKID)) lesions.set(row.TRLNKID, { id: row.TRLNKID, place: row.TULOC, points: [] });
    lesions.get(row.TRLNKID).points.push(point);
  });
  const assessed = patient.records("ADRS", ["PARAMCD", "AVALC", "ADT", "AREASON", "AVISIT"]).map((row) => ({ x: from(row.ADT), ...row }));
  const of = (code) => assessed.filter((row) => row.PARAMCD === code && row.x !== null);
  const byTime = (a, b) => a.x - b.x;
  const course = {
    lesions: [...lesions.values()].map((lesion) => ({ ...lesion, points: lesion.points.sort(byTime) })),
    sums: sums.sort(byTime),
    responses: of("OVR").sort(byTime),
    fresh: of("NEWLESN").filter(({ AVALC }) => AVALC === "Y"),
    ...dosesOf(patient, from),
    events: eventsOf(patient, from),
  };
  const moments = [["Last dose", patient.fact("TRTEDT")], ["New therapy", patient.fact("NACTDT")], ["Death", patient.fact("DTHDT")], ["Data cut", patient.fact("DCUTDT")]];
  course.moments = [
    ...of("PD").filter(({ AVALC }) => AVALC === "Y").map(({ x }) => ({ words: "Progression", x })),
    ...moments.map(([words, iso]) => ({ words, x: from(iso) })).filter(({ x }) => x !== null),
  ].sort(byTime);
  const seen = from(patient.fact("LSTALVDT")) || 0;
  const ends = [seen, ...course.moments.filter(({ words }) => words !== "Data cut").map(({ x }) => x), ...course.sums.map(({ x }) => x), ...course.drugs.flatMap(({ doses }) => doses.map(({ to }) => to))];
  course.from = Math.min(0, ...course.sums.map(({ x }) => x), ...course.events.flatMap(({ spans }) => spans.map(({ x }) => x)));
  course.to = Math.max(30, ...ends);
  return course;
}

function dosesOf(patient, from) {
  const rows = patient.records("ADEX", ["PARAMCD", "PARCAT1", "PARCAT2", "AVAL", "AVALU", "ASTDT", "AENDT", "ADT", "DOSELVL", "AREASON", "ACAUSE", "DCREAS"]);
  const named = [...new Set([...plan.drugs, ...rows.map(({ PARCAT1 }) => PARCAT1)])];
  const drugs = named.map((name) => {
    const own = rows.filter((row) => row.PARCAT1 === name).map((row) => ({ ...row, x: from(row.ASTDT || row.ADT), to: from(row.AENDT || row.ASTDT || row.ADT) })).filter(({ x }) => x !== null).sort((a, b) => a.x - b.x);
    const of = (code) => own.filter(({ PARAMCD }) => PARAMCD === code);
    return { name, doses: of("DOSE").filter(({ AVAL }) => AVAL !== 0), pauses: of("INT"), stops: of("STOP") };
  });
  return { drugs: drugs.filter(({ doses }) => doses.length) };
}

// A row for each term; its episodes beside each other, the earliest term first.
function eventsOf(patient, from) {
  const terms = new Map();
  patient.records("ADAE", ["AEDECOD", "AETERM", "ATOXGRN", "ASTDT", "AENDT", "AESER", "RELFL", "AEOUT"]).forEach((row) => {
    const x = from(row.ASTDT);
    if (x === null) return;
    const term = row.AEDECOD || row.AETERM || "Not coded";
    if (!terms.has(term)) terms.set(term, { term, spans: [] });
    terms.get(term).spans.push({ x, to: from(row.AENDT), ongoing: !row.AENDT, serious: row.AESER === "Y", ...row });
  });
  const rows = [...terms.values()].map(({ term, spans }) => ({ term, spans: spans.sort((a, b) => a.x - b.x) }));
  return rows.sort((a, b) => a.spans[0].x - b.spans[0].x || numbered.compare(a.term, b.term));
}

// The largest diameter, so that patients side by side have one scale.
const largestOf = (patients) => Math.max(...patients.flatMap(({ course }) => [...course.sums, ...course.lesions.flatMap(({ points }) => points)].map(({ y }) => y)), 10) * 1.08;

const domainOf = (patients) => [Math.min(...patients.map(({ course }) => course.from)), Math.max(...patients.map(({ course }) => course.to))];

// Lanes so that labels of some width do not meet: the first lane free at each label's place.
function lanes(items, widthOf) {
  const ends = [];
  return items.map((item) => {
    const [left, right] = widthOf(item);
    let lane = ends.findIndex((end) => end < left);
    if (lane < 0) lane = ends.length;
    ends[lane] = right;
    return { ...item, lane };
  });
}

class Sheet {
  constructor(width, [first, last], right) {
    this.width = width;
    this.left = width < 520 ? 92 : 150;
    this.right = right;
    const span = Math.max(1, last - first);
    this.x = (day) => this.left + ((day - first) / span) * (width - this.left - this.right);
    this.end = this.x(last);
    this.first = first;
    this.last = last;
    this.y = MARGIN.top;
    this.root = draw("svg", { class: "course", role: "img" });
  }

  add(tag, attributes, words, title) {
    const made = draw(tag, attributes, words);
    if (title) made.append(draw("title", {}, title));
    this.root.append(made);
    return made;
  }

  text(x, y, words, attributes = {}) { return this.add("text", { x: x.toFixed(1), y: y.toFixed(1), ...attributes }, words); }

  // A label in the left margin, cut to its width; the whole is in its title.
  label(y, words, attributes = {}) {
    const room = Math.floor((this.left - 8) / 5.6);
    const cut = words.length > room ? `${words.slice(0, room - 1).trimEnd()}…` : words;
    const made = this.text(this.left - 8, y, cut, { "text-anchor": "end", ...attributes });
    if (cut !== words) made.append(draw("title", {}, words));
  }

  head(words) {
    this.y += 14;
    this.text(0, this.y, words, { class: "band" });
    this.y += 8;
  }
}

function timeline(patient, width, domain, most) {
  const { course } = patient;
  const sheet = new Sheet(width, domain, width < 520 ? 34 : 92);
  const top = drawMoments(sheet, course);
  if (course.sums.length || course.responses.length) drawLesions(sheet, course, most);
  if (course.drugs.length) drawDoses(sheet, course);
  if (course.events.length) drawEvents(sheet, course);
  drawTime(sheet, course, top);
  put(sheet.root, null, { viewBox: `0 0 ${width} ${sheet.y}`, width, height: sheet.y, "aria-label": describe(patient) });
  return sheet.root;
}

// Names of the moments above, their lines through everything below.
function drawMoments(sheet, { moments }) {
  const placed = lanes(moments.filter(({ x }) => x >= sheet.first && x <= sheet.last), ({ words, x }) => {
    const half = words.length * 3.1 + 3;
    const at = Math.min(Math.max(sheet.x(x), sheet.left + half), sheet.width - half);
    return [at - half, at + half];
  });
  placed.forEach(({ words, x, lane }) => {
    const half = words.length * 3.1 + 3;
    sheet.text(Math.min(Math.max(sheet.x(x), sheet.left + half), sheet.width - half), sheet.y + 10 + lane * 12, words, { "text-anchor": "middle", class: "moment" });
  });
  sheet.y += placed.length ? 14 + 12 * Math.max(...placed.map(({ lane }) => lane)) : 0;
  return sheet.y;
}

function drawTime(sheet, { moments }, top) {
  const steps = [1, 3, 6, 12, 24, 48, 120];
  const months = (sheet.last - Math.max(0, sheet.first)) / MONTH;
  const step = steps.find((each) => ((sheet.end - sheet.x(0)) * each) / months > 38) || 120;
  const ground = draw("g", { class: "time" });
  for (let month = 0; month <= months; month += step) {
    const x = sheet.x(month * MONTH).toFixed(1);
    ground.append(draw("line", { x1: x, x2: x, y1: top, y2: sheet.y + 2, class: "grid" }));
    sheet.text(Number(x), sheet.y + 14, String(month), { "text-anchor": "middle", class: "axis" });
  }
  moments.filter(({ x }) => x >= sheet.first && x <= sheet.last).forEach(({ words, x }) => {
    ground.append(draw("line", { x1: sheet.x(x).toFixed(1), x2: sheet.x(x).toFixed(1), y1: top, y2: sheet.y + 2, class: `moment ${words === "Death" || words === "Progression" ? "hard" : ""}` }));
  });
  sheet.root.prepend(ground);
  sheet.label(sheet.y + 14, "Months", { class: "axis" });
  sheet.y += MARGIN.bottom - 8;
}

function drawLesions(sheet, course, most) {
  sheet.head(course.sums.length ? "Target lesions (mm) and response" : "Response");
  drawResponses(sheet, course);
  if (!course.sums.length) return;
  const height = 140;
  const top = sheet.y;
  const y = (value) => top + height - (value / most) * height;
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].find((each) => most / each <= 4) || 1000;
  for (let value = 0; value <= most; value += step) sheet.label(y(value) + 3.5, String(value), { class: "axis" });
  sheet.add("line", { x1: sheet.left, x2: sheet.end, y1: y(0), y2: y(0), class: "rule" });
  const baseline = course.sums.find(({ ABLFL }) => ABLFL === "Y") || course.sums.filter(({ x }) => x <= 0).pop() || course.sums[0];
  const nadir = course.sums.reduce((best, point) => (point.y < best.y ? point : best));
  const line = (x, value, kind, words, title, under) => {
    if (value > most) return;
    sheet.add("line", { x1: sheet.x(x).toFixed(1), x2: sheet.end.toFixed(1), y1: y(value).toFixed(1), y2: y(value).toFixed(1), class: `limit ${kind}` }, null, title);
    sheet.text(sheet.end, y(value) + (under ? 10 : -3), words, { "text-anchor": "end", class: `axis ${kind}` });
  };
  const [percent, least] = plan.grows;
  const shrunk = baseline.y * (1 - plan.shrinks / 100);
  const grown = nadir.y + Math.max((nadir.y * percent) / 100, least);
  line(baseline.x, shrunk, "good", `\u2212${plan.shrinks} %`, `${plan.shrinks} % below baseline: partial response`, shrunk < grown);
  if (nadir !== course.sums[course.sums.length - 1]) line(nadir.x, grown, "bad", `+${percent} %`, `${percent} % and at least ${least} mm above the nadir: progression`, grown <= shrunk);
  drawLesionLines(sheet, course, y);
  const path = course.sums.map(({ x, y: value }, i) => `${i ? "L" : "M"}${sheet.x(x).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  sheet.add("path", { d: path, class: "sum" });
  course.sums.forEach((point) => {
    const change = point.PCHG === null || point === baseline ? "" : `, ${signed(point.PCHG)} % from baseline`;
    const risen = point.PCHGNAD === null ? "" : `, ${signed(point.PCHGNAD)} % from nadir`;
    const what = point === baseline ? " (baseline)" : point === nadir ? " (nadir)" : "";
    sheet.add("circle", { cx: sheet.x(point.x).toFixed(1), cy: y(point.y).toFixed(1), r: point === nadir ? 4 : 2.6, class: point === nadir ? "nadir" : "point" }, null, `Sum ${told(point.y)} mm on ${point.ADT}${what}${change}${risen}`);
  });
  sheet.text(sheet.x(nadir.x), y(nadir.y) + 16, "nadir", { "text-anchor": "middle", class: "axis" });
  sheet.y = top + height + 6;
}

const signed = (value) => `${value > 0 ? "+" : ""}${Number(value.toFixed(1))}`;

function drawLesionLines(sheet, { lesions, sums }, y) {
  const ends = [];
  lesions.forEach(({ id, place: where, points }, i) => {
    const kind = `lesion-${(i % 5) + 1}`;
    const name = `${id || ""}${where ? ` ${where.toLowerCase()}` : ""}`.trim();
    sheet.add("path", { d: points.map(({ x, y: value }, k) => `${k ? "L" : "M"}${sheet.x(x).toFixed(1)} ${y(value).toFixed(1)}`).join(""), class: `lesion ${kind}` });
    points.forEach((point) => sheet.add("circle", { cx: sheet.x(point.x).toFixed(1), cy: y(point.y).toFixed(1), r: 1.8, class: `dot ${kind}` }, null, `${name}: ${told(point.y)} mm on ${point.ADT}`));
    const last = points[points.length - 1];
    ends.push({ x: sheet.x(last.x), y: y(last.y), words: sheet.right < 60 ? id || "" : name, kind });
  });
  if (sums.length) { const last = sums[sums.length - 1]; ends.push({ x: sheet.x(last.x), y: y(last.y), words: "Sum", kind: "whole" }); }
  // Names at the ends of the lines, pushed apart where they would meet.
  ends.sort((a, b) => a.y - b.y);
  for (let i = 1; i < ends.length; i += 1) if (ends[i].y - ends[i - 1].y < 10.5) ends[i].y = ends[i - 1].y + 10.5;
  const over = ends.length ? ends[ends.length - 1].y - y(0) : 0;
  if (over > 0) for (let i = ends.length - 1, limit = y(0); i >= 0; i -= 1, limit -= 10.5) ends[i].y = Math.min(ends[i].y, limit);
  const room = Math.floor(sheet.right / 5.2);
  ends.forEach(({ x, y: at, words, kind }) => sheet.text(x + 6, at + 3.5, words.length > room ? `${words.slice(0, room - 1)}…` : words, { class: `name ${kind}` }));
}

function drawResponses(sheet, { responses, fresh }) {
  const placed = lanes(responses, ({ x, AVALC }) => { const half = widthOf(AVALC) / 2 + 1; return [sheet.x(x) - half, sheet.x(x) + half]; });
  placed.forEach(({ x, AVALC, ADT, AREASON, lane }) => {
    const wide = widthOf(AVALC);
    const top = sheet.y + lane * 17;
    const said = `${AVALC} on ${ADT}${AREASON ? `: ${AREASON.replace(/^[A-Z/-]+: /, "")}` : ""}`;
    const kind = RESPONSE[AVALC] || "none";
    sheet.add("rect", { x: (sheet.x(x) - wide / 2).toFixed(1), y: top, width: wide, height: 14, rx: 2, class: `response ${kind}` }, null, said);
    sheet.text(sheet.x(x), top + 10.5, SHORT[AVALC] || AVALC, { "text-anchor": "middle", class: `answer ${kind}`, "aria-hidden": "true" });
    if (fresh.some((lesion) => lesion.ADT === ADT)) sheet.text(sheet.x(x), top + 24, "new", { "text-anchor": "middle", class: "axis" });
  });
  const deepest = placed.length ? Math.max(...placed.map(({ lane }) => lane)) : 0;
  sheet.y += 22 + deepest * 17 + (fresh.length ? 8 : 0);
}

const widthOf = (answer) => (SHORT[answer] || answer || "").length * 6.4 + 7;

function drawDoses(sheet, { drugs }) {
  sheet.head("Treatment");
  drugs.forEach(({ name, doses, pauses, stops }) => {
    const top = sheet.y + 10;
    sheet.label(top + 9, name.length > 3 ? name[0] + name.slice(1).toLowerCase() : name);
    let before = null;
    let free = -Infinity;
    doses.forEach((dose) => {
      const [left, right] = [sheet.x(dose.x), sheet.x(dose.to + 1)];
      const amount = `${told(dose.AVAL)} ${dose.AVALU || ""}`.trim();
      sheet.add("rect", { x: left.toFixed(1), y: top, width: Math.max(0.8, right - left).toFixed(1), height: 11, class: `level-${Math.min(3, dose.DOSELVL || 1)}` }, null, `${name} ${amount}, ${dose.ASTDT} to ${dose.AENDT || "open"}${dose.AREASON ? `; ${dose.AREASON}` : ""}`);
      if (amount !== before && left >= free) { sheet.text(left, top - 2.5, amount, { class: "axis" }); free = left + amount.length * 5.4 + 6; }
      before = amount;
    });
    pauses.forEach((pause) => sheet.add("rect", { x: sheet.x(pause.x).toFixed(1), y: top + 0.5, width: Math.max(1.5, sheet.x(pause.to + 1) - sheet.x(pause.x)).toFixed(1), height: 10, class: "pause" }, null, `${name} interrupted ${pause.ASTDT} to ${pause.AENDT || "open"}${pause.ACAUSE ? `: ${pause.ACAUSE}` : ""}`));
    stops.forEach((stop) => {
      const x = sheet.x(stop.x);
      sheet.add("path", { d: `M${x.toFixed(1)} ${top - 2}v15m-3 -11l6 7m0 -7l-6 7`, class: "stop" }, null, `${name} stopped on ${stop.ASTDT || stop.ADT}${stop.DCREAS || stop.ACAUSE ? `: ${stop.DCREAS || stop.ACAUSE}` : ""}`);
    });
    sheet.y += 27;
  });
}

function drawEvents(sheet, { events }) {
  sheet.head("Adverse events by grade");
  events.forEach(({ term, spans }) => {
    const top = sheet.y;
    sheet.label(top + 9, term);
    spans.forEach((span) => {
      const left = sheet.x(Math.max(span.x, sheet.first));
      const right = Math.min(sheet.end, span.to === null ? sheet.end : sheet.x(span.to + 1));
      const wide = Math.max(4, right - left);
      const grade = span.ATOXGRN || "";
      const said = `${term}${grade ? `, grade ${grade}` : ""}, ${span.ASTDT} to ${span.AENDT || "open"}${span.serious ? ", serious" : ""}${span.RELFL === "Y" ? ", related" : ""}${span.AEOUT ? `; ${span.AEOUT.toLowerCase()}` : ""}`;
      sheet.add("rect", { x: left.toFixed(1), y: top, width: wide.toFixed(1), height: 11, rx: 1.5, class: `event grade-${grade}` }, null, said);
      const words = `${grade}${span.serious ? "S" : ""}`;
      const inside = wide > words.length * 6 + 4;
      sheet.text(inside ? left + 3 : left + wide + 2, top + 9, words, { class: `grade ${inside ? `on-${grade}` : ""}`, "aria-hidden": "true" });
      if (span.ongoing) sheet.add("path", { d: `M${(left + wide + 0.5).toFixed(1)} ${top}l5 5.5l-5 5.5z`, class: `event grade-${grade}` });
    });
    sheet.y += MARGIN.row;
  });
}

// The picture in words, for those who do not see it.
function describe({ subject, course }) {
  const { sums, responses, drugs, events } = course;
  const parts = [`Course of ${subject}`];
  if (sums.length) parts.push(`sum of target lesions ${told(sums[0].y)} mm at first, smallest ${told(Math.min(...sums.map(({ y }) => y)))} mm, last ${told(sums[sums.length - 1].y)} mm`);
  if (responses.length) parts.push(`responses ${responses.map(({ AVALC }) => AVALC).join(", ")}`);
  drugs.forEach(({ name, doses, pauses, stops }) => parts.push(`${name}: ${count(doses.length, "record")} of dosing, ${count(pauses.length, "interruption")}${stops.length ? ", stopped" : ""}`));
  if (events.length) parts.push(`adverse events: ${events.map(({ term, spans }) => `${term} grade ${Math.max(...spans.map(({ ATOXGRN }) => ATOXGRN || 0)) || "unknown"}`).join(", ")}`);
  return `${parts.join(". ")}.`;
}
