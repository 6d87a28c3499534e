// Values over time as small charts of the same scale of time: laboratory, markers, quality of life.
const CHART = { width: 236, height: 84, left: 34, right: 34, top: 8, bottom: 10 };
const SERIES_COLUMNS = ["PARAMCD", "PARAM", "PARCAT1", "AVAL", "AVALC", "AVALU", "ADT", "AVISIT", "ANRLO", "ANRHI", "ATOXGRLN", "ATOXGRHN", "DTYPE", "FORMFL"];

// For each dataset its parameters: values in time, or one value alone.
function chartsOf(patient) {
  return plan.series.map(({ dataset, title, scales }) => {
    const found = new Map();
    patient.records(dataset, SERIES_COLUMNS).filter(({ DTYPE, FORMFL }) => !DTYPE && FORMFL !== "Y").forEach((row) => {
      const name = row.AVALU && !row.PARAM.includes(row.AVALU) ? `${row.PARAM} (${row.AVALU})` : row.PARAM;
      const key = `${dataset}|${row.PARAMCD}|${name}`;
      if (!found.has(key)) found.set(key, { key, name, category: row.PARCAT1 || "", scale: scales[row.PARAMCD] || [], points: [], words: [] });
      const x = row.ADT && patient.start !== null ? dayOf(row.ADT) - patient.start : null;
      if (row.AVAL !== null && x !== null) found.get(key).points.push({ x, y: row.AVAL, grade: Math.max(row.ATOXGRLN || 0, row.ATOXGRHN || 0), ...row });
      else if (row.AVALC !== null) found.get(key).words.push(row.AVALC);
    });
    const all = [...found.values()];
    all.forEach(({ points }) => points.sort((a, b) => a.x - b.x));
    return { dataset, title, drawn: all.filter(({ points }) => points.length > 1), single: all.filter(({ points, words }) => points.length < 2 && points.length + words.length) };
  }).filter(({ drawn, single }) => drawn.length + single.length);
}

// The scale of a chart: all scores of a questionnaire's scale, else the values of the patients that
// stand side by side with the normal range, so that a change within it does not look large.
function extentOf(key, patients) {
  const alike = patients.flatMap(({ charts }) => charts.flatMap(({ drawn }) => drawn.filter((chart) => chart.key === key)));
  const values = alike.flatMap(({ points, scale }) => [...points.flatMap(({ y, ANRLO, ANRHI }) => [y, ANRLO, ANRHI]), ...scale]).filter((value) => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  return [low - room, high + room, low, high];
}

function seriesOf(patient, together) {
  return patient.charts.map(({ title, drawn, single }) => {
    const details = make("details", null, { class: "series" });
    const summary = make("summary", title);
    summary.append(make("span", ` ${count(drawn.length + single.length, "parameter")}`, { class: "code" }));
    details.append(summary);
    const build = () => {
      if (details.childElementCount > 1) return;
      const categories = [...new Set(drawn.map(({ category }) => category))];
      const headed = drawn.length >= 4 * categories.length && categories.length > 1;
      (headed ? categories : [null]).forEach((category) => {
        if (category) details.append(make("h5", category));
        const grid = make("div", null, { class: "charts" });
        grid.append(...drawn.filter((chart) => category === null || chart.category === category).map((chart) => chartOf(chart, patient, together)));
        details.append(grid);
      });
      if (single.length) details.append(facts(single.map(({ name, points, words }) => [name, [...points.map(({ y, AVALC }) => (AVALC && AVALC !== String(y) ? `${told(y, 4)} (${AVALC})` : told(y, 4))), ...words].join(", ")]), { class: "single" }));
    };
    details.addEventListener("toggle", () => { if (details.open) build(); });
    if (drawn.length <= 14) { details.open = true; build(); }
    return details;
  });
}

function chartOf({ key, name, points }, patient, together) {
  const figure = make("figure");
  const [bottom, top, low, high] = extentOf(key, together);
  const [first, last] = domainOf(together);
  const x = (day) => CHART.left + ((Math.min(Math.max(day, first), last) - first) / Math.max(1, last - first)) * (CHART.width - CHART.left - CHART.right);
  const y = (value) => CHART.top + (1 - (Math.min(Math.max(value, bottom), top) - bottom) / (top - bottom)) * (CHART.height - CHART.top - CHART.bottom);
  const values = points.map((point) => point.y);
  const said = `${name}: ${count(points.length, "value")}, ${told(Math.min(...values))} to ${told(Math.max(...values))}, last ${told(values[values.length - 1])}`;
  const root = draw("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, class: "chart", role: "img", "aria-label": said });
  const limits = points.find(({ ANRLO, ANRHI }) => ANRLO !== null || ANRHI !== null);
  if (limits) {
    const above = y(limits.ANRHI === null ? top : limits.ANRHI);
    const below = y(limits.ANRLO === null ? bottom : limits.ANRLO);
    root.append(draw("rect", { x: CHART.left, width: CHART.width - CHART.left - CHART.right, y: above.toFixed(1), height: Math.max(0, below - above).toFixed(1), class: "normal" }));
  }
  root.append(
    draw("line", { x1: CHART.left, x2: CHART.width - CHART.right, y1: CHART.height - CHART.bottom, y2: CHART.height - CHART.bottom, class: "rule" }),
    draw("line", { x1: x(0).toFixed(1), x2: x(0).toFixed(1), y1: CHART.top, y2: CHART.height - CHART.bottom, class: "start" }),
    draw("text", { x: CHART.left - 4, y: y(high) + 3, "text-anchor": "end", class: "axis" }, short(high)),
  );
  if (y(low) - y(high) > 12) root.append(draw("text", { x: CHART.left - 4, y: y(low) + 3, "text-anchor": "end", class: "axis" }, short(low)));
  root.append(draw("path", { d: points.map((point, i) => `${i ? "L" : "M"}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join(""), class: "values" }));
  points.forEach((point) => {
    const outside = (point.ANRLO !== null && point.y < point.ANRLO) || (point.ANRHI !== null && point.y > point.ANRHI);
    const kind = point.grade > 2 ? `dot grade-${point.grade}` : outside ? "dot outside" : "dot";
    const dot = draw("circle", { cx: x(point.x).toFixed(1), cy: y(point.y).toFixed(1), r: point.grade > 2 ? 3.4 : outside ? 2.4 : 1.5, class: kind });
    dot.append(draw("title", {}, `${told(point.y)} on ${point.ADT}${point.AVISIT ? `, ${point.AVISIT.toLowerCase()}` : ""}${point.grade ? `, grade ${point.grade}` : outside ? ", outside the normal range" : ""}`));
    root.append(dot);
  });
  const end = points[points.length - 1];
  root.append(draw("text", { x: x(end.x) + 5, y: y(end.y) + 3, class: "axis last" }, short(end.y)));
  figure.append(make("figcaption", name), root);
  return figure;
}

const short = (value) => String(Number(value.toPrecision(3)));
