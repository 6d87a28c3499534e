"""Manuscripts woven with a run: placeholders filled in place, every problem told at once."""

import json
import re
import zipfile
from pathlib import Path

import docx
import polars as pl
import pytest
from docx.oxml.ns import qn

from tests.cli.test_commands import topline
from tests.displays.results import result_rows
from topline.displays.table import Cell, Column, Row, Table
from topline.displays.write import write_displays
from topline.errors import DataError, UsageError
from topline.report.placeholders import Placeholders
from topline.report.weave import weave, weave_manuscript

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def result(name: str, value: float | None, display: str, **others: object) -> dict[str, object]:
    analysis, _, statistic = name.rpartition(".")
    kind = {"ORR": "rate", "PFS": "survival"}.get(analysis, "rate")
    row = {"analysis_id": analysis, "parameter": analysis, "statistic": statistic, "kind": kind}
    row |= {"parameter_label": analysis, "value": value, "display": display, "n": 33} | others
    said = [str(row.get(key, "")) for key in ("group", "level")]
    return row | {"result_id": ".".join([analysis, *filter(None, said), statistic])}


def site(code: str, label: str) -> dict[str, object]:
    return {"by": "SITEGR1", "group": code, "group_label": label, "n": 8}


RESULTS = result_rows(
    result("ORR.estimate", 15.1515, "15.2", unit="%"),
    result("ORR.lower", 5.1089, "5.1", unit="%"),
    result("ORR.upper", 31.899, "31.9", unit="%"),
    result("ORR.responders", 5.0, "5"),
    result("ORR.estimate", 25.0, "25.0", unit="%", **site("LUNG", "Lung")),
    result("ORR.estimate", 9.0909, "9.1", unit="%", **site("GI", "Gut, {{ all }} & <b>")),
    result("PFS.median", 28.4846, "28.5", unit="months"),
    result("PFS.median_upper", None, "NE", unit="months"),
    result("PFS.rate", 84.4, "84.4", unit="%", level="12", level_label="12 months"),
    result("PFS.rate", 56.0, "56.0", unit="%", level="24", level_label="24 months"),
    result("PFS.p_value", 0.00004, "<0.0001"),
    result("PFS.events", 10.0, "10"),
    {
        "result_id": "CHANGES.T-01.value", "analysis_id": "CHANGES", "kind": "patient-changes",
        "parameter": "CHANGE", "level": "T-01", "statistic": "value", "value": -48.3,
        "display": "-48.3", "n": 1,
    },
)  # fmt: skip
TABLE = Table(
    "Table 4",
    "Response | by *marker* <script>",
    (Column("Marker"), Column("Responders, n (%)")),
    (
        Row((Cell("All"), Cell("5 (15.2)", ("ORR.responders",)))),
        Row((Cell("=Lung", indent=1), Cell("2 (25.0)"))),
    ),
    ("A note.",),
)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    write_displays([TABLE], folder / "displays")
    RESULTS.write_parquet(folder / "results.parquet")
    (folder / "displays" / "figure-1.png").write_bytes(PNG)
    (folder / "displays" / "figure-2.svg").write_text("<svg/>")
    return folder


def woven(run: Path, text: str) -> str:
    manuscript, out = run.parent / "paper.md", run.parent / "out.md"
    manuscript.write_text(text, encoding="utf-8")
    weave(manuscript, run, out)
    return out.read_text(encoding="utf-8")


def problems(run: Path, text: str) -> list[tuple[str, str, str]]:
    manuscript = run.parent / "paper.md"
    manuscript.write_text(text, encoding="utf-8")
    found = weave_manuscript(manuscript, run, run.parent / "out.md")
    return [(p.where, p.placeholder, p.why) for p in found.problems]


@pytest.mark.parametrize(
    ("placeholder", "expected"),
    [
        ("ORR.estimate", "15.2"),
        ("ORR.estimate | 0", "15"),
        ("ORR.estimate | 2", "15.15"),
        ("ORR.estimate | %", "15.2%"),
        ("ORR.estimate | 0 %", "15%"),
        ("ORR.estimate|%", "15.2%"),
        ("  ORR.estimate  ", "15.2"),
        ("ORR.ci", "5.1 to 31.9"),
        ("ORR.ci | %", "5.1% to 31.9%"),
        ("ORR.responders | words", "five"),
        ("ORR.responders | of", "33"),
        ("ORR.estimate[SITEGR1=LUNG]", "25.0"),
        ("ORR.estimate[SITE=Lung]", "25.0"),
        ("ORR.estimate[Lung]", "25.0"),
        ("ORR.estimate[lung]", "25.0"),
        ('ORR.estimate["Gut, {{ all }} & <b>"]', "9.1"),
        ("ORR.LUNG.estimate", "25.0"),
        ("PFS.median | unit", "28.5 months"),
        ("PFS.median | 0 unit", "28 months"),
        ("PFS.median_upper", "not estimable"),
        ("PFS.rate[12 months]", "84.4"),
        ("PFS.rate[12]", "84.4"),
        ("PFS.24.rate | %", "56.0%"),
        ("PFS.p_value", "<0.0001"),
        ("PFS.p_value | 3", "<0.001"),
    ],
)
def test_a_placeholder_is_filled_from_the_result_it_names(placeholder: str, expected: str) -> None:
    filling = Placeholders(RESULTS).fill(placeholder)
    assert (filling.text, filling.problem) == (expected, "")


def test_text_around_placeholders_stays_as_it_is(run: Path) -> None:
    text = "# Title\r\n\r\nThe rate — “ORR” — was {{ ORR.estimate | % }}\tthere.  \r\n\\{{ kept }}"
    expected = "# Title\r\n\r\nThe rate — “ORR” — was 15.2%\tthere.  \r\n{{ kept }}"
    manuscript, out = run.parent / "paper.md", run.parent / "out.md"
    manuscript.write_bytes(text.encode())
    weave(manuscript, run, out)
    assert out.read_bytes().decode() == expected


def test_a_placeholder_may_break_over_a_line(run: Path) -> None:
    assert woven(run, "It was {{ ORR.estimate\n  | % }}.") == "It was 15.2%."


def test_what_a_result_holds_is_not_filled_again() -> None:
    rows = result_rows(result("ORR.note", None, "{{ ORR.estimate }}"))
    assert Placeholders(rows).fill("ORR.note").text == "{{ ORR.estimate }}"


def test_all_problems_are_told_at_once_with_line_and_nearest_name(run: Path) -> None:
    text = "\n".join(
        [
            "{{ ORR.estimat }} and {{ ORR.estimate }}",
            "{{ PFS.rate }}",
            "{{ ORR.estimate | bold }}",
            "{{ PFS.p_value | words }}",
            "{{ }}",
            "{{ table:Table 9 }}",
            "see {{ table:Table 4 }} here",
            "{{ figure:Figure 9 }}",
            "{{ CHANGES.value[T-01] }}",
            "{{ ORR.estimate",
        ]
    )
    found = problems(run, text)
    assert [where for where, _, _ in found] == [f"line {i}" for i in range(1, 11)]
    reasons = [why for _, _, why in found]
    assert "did you mean ORR.estimate" in reasons[0]
    assert reasons[1].startswith("2 results fit: PFS.rate[12 months]; PFS.rate[24 months]")
    assert "bold" in reasons[2]
    assert reasons[4].startswith("a name such as")
    assert "it has table-4" in reasons[5]
    assert reasons[6] == "a table needs a paragraph of its own"
    assert "figure-1" in reasons[7]
    assert reasons[8].startswith("no result has that name")
    assert reasons[9] == "found no }} that ends it"


def test_nothing_is_written_when_one_placeholder_fails(run: Path) -> None:
    manuscript, out = run.parent / "paper.md", run.parent / "out.md"
    manuscript.write_text("{{ ORR.estimate }} {{ NO.such }}\n\n{{ PFS.rate }}", encoding="utf-8")
    out.write_text("before", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        weave(manuscript, run, out)
    told = str(caught.value).splitlines()
    assert told[0] == "paper.md has 2 placeholders to mend; nothing was written:"
    assert [line.split(": ")[0].strip() for line in told[1:]] == ["line 1", "line 3"]
    assert out.read_text(encoding="utf-8") == "before"
    assert sorted(p.name for p in run.parent.iterdir()) == ["out.md", "paper.md", "run"]


def test_a_table_becomes_markdown_that_shows_its_text(run: Path) -> None:
    text = woven(run, "Before.\n\n{{ table:Table 4 }}\n\nAfter.")
    lines = text.splitlines()
    assert lines[2].startswith("**Table 4")
    assert "\\<script>" in lines[2]
    assert lines[4:8] == [
        "| Marker | Responders, n (%) |",
        "| --- | --- |",
        "| All | 5 (15.2) |",
        "| &emsp;=Lung | 2 (25.0) |",
    ]
    assert lines[-1] == "After."


def test_a_figure_is_linked_from_where_the_manuscript_will_stand(run: Path) -> None:
    assert woven(run, "{{ figure:Figure 2 }}") == "![Figure 2](<run/displays/figure-2.svg>)"


def test_numbers_without_placeholders_are_held_against_the_results(run: Path) -> None:
    manuscript = run.parent / "paper.md"
    manuscript.write_text(
        "ORR was {{ ORR.estimate }}%.\n\nThe PFS median was 28.5 months in 2021, not 77.7 months.",
        encoding="utf-8",
    )
    found = weave_manuscript(manuscript, run, run.parent / "out.md").numbers
    told = [(n.where, n.match.number.text, n.match.verdict) for n in found]
    assert told == [
        ("line 3", "28.5", "same"), ("line 3", "2021", "apart"), ("line 3", "77.7", "none"),
    ]  # fmt: skip
    assert found[0].match.results == ("PFS.median",)


@pytest.mark.parametrize(
    ("name", "content", "out", "said"),
    [
        ("paper.md", "x", "paper.md", "is the manuscript itself"),
        ("paper.md", "x", "out.docx", "expected a .md file"),
        ("paper.pdf", "x", "out.pdf", "expected .md, .txt or .docx"),
        ("none.md", None, "out.md", "found no such file"),
        ("paper.docx", "no archive", "out.docx", "Word"),
        ("paper.md", b"\xff\xfe", "out.md", "is not UTF-8"),
    ],
)
def test_wrong_files_are_refused_in_words(
    run: Path, name: str, content: str | bytes | None, out: str, said: str
) -> None:
    if content is not None:
        data = content if isinstance(content, bytes) else content.encode()
        (run.parent / name).write_bytes(data)
    with pytest.raises(UsageError, match=re.escape(said)):
        weave(run.parent / name, run, run.parent / out)


def test_a_folder_without_results_is_refused(run: Path, tmp_path: Path) -> None:
    (tmp_path / "paper.md").write_text("x")
    with pytest.raises(UsageError, match=r"results\.parquet"):
        weave(tmp_path / "paper.md", tmp_path, tmp_path / "out.md")
    (run / "results.parquet").write_bytes(b"not parquet")
    with pytest.raises(UsageError, match="cannot be read"):
        weave(tmp_path / "paper.md", run, tmp_path / "out.md")
    pl.DataFrame({"display": ["5"]}).write_parquet(run / "results.parquet")
    with pytest.raises(UsageError, match="found no column"):
        weave(tmp_path / "paper.md", run, tmp_path / "out.md")


def split(paragraph: object, *pieces: tuple[str, bool]) -> None:
    """Type text in pieces, some of them bold."""
    for text, bold in pieces:
        paragraph.add_run(text).bold = bold or None


@pytest.fixture
def word(tmp_path: Path) -> Path:
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Draft, {{ ORR.responders }} responders"
    section.footer.paragraphs[0].text = "{{ PFS.events }} events & <more>"
    paragraph = document.add_paragraph()
    split(
        paragraph,
        ("The ORR was ", False), ("{", False), ("{ OR", False), ("R.esti", True),
        ("mate | 0 %", True), (" }}", False), (" (95% CI, {{ORR", False), (".ci}}", True),
        ("), and PFS 28.5 months.", False),
    )  # fmt: skip
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "Median PFS"
    table.cell(0, 1).text = "{{ PFS.median | unit }}"
    document.add_paragraph("{{ table:Table 4 }}")
    document.add_paragraph("{{ figure:Figure 1 }}")
    document.add_paragraph("Last, PFS 99.9 months.")
    path = tmp_path / "paper.docx"
    document.save(str(path))
    return path


def test_split_runs_are_filled_and_keep_their_look(run: Path, word: Path) -> None:
    out = word.with_name("out.docx")
    weave(word, run, out)
    document = docx.Document(str(out))
    first = document.paragraphs[0]
    assert first.text == "The ORR was 15% (95% CI, 5.1 to 31.9), and PFS 28.5 months."
    assert [(r.text, bool(r.bold)) for r in first.runs if r.text] == [
        ("The ORR was ", False), ("15%", False), (" (95% CI, 5.1 to 31.9", False),
        ("), and PFS 28.5 months.", False),
    ]  # fmt: skip
    assert document.sections[0].header.paragraphs[0].text == "Draft, 5 responders"
    assert document.sections[0].footer.paragraphs[0].text == "10 events & <more>"
    assert document.tables[0].cell(0, 1).text == "28.5 months"


def test_tables_and_pictures_go_into_the_word_file(run: Path, word: Path) -> None:
    out = word.with_name("out.docx")
    weave(word, run, out)
    document = docx.Document(str(out))
    inserted = document.tables[1]
    assert [[c.text for c in r.cells] for r in inserted.rows] == [
        ["Marker", "Responders, n (%)"], ["All", "5 (15.2)"], ["   =Lung", "2 (25.0)"],
    ]  # fmt: skip
    assert len(document.inline_shapes) == 1
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        media = [n for n in archive.namelist() if n.startswith("word/media/")]
        assert [archive.read(n) for n in media] == [PNG]


def test_what_is_not_replaced_keeps_its_bytes(run: Path, word: Path) -> None:
    out = word.with_name("out.docx")
    weave(word, run, out)
    with zipfile.ZipFile(word) as before, zipfile.ZipFile(out) as after:
        untouched = {n for n in before.namelist() if n.startswith(("docProps", "customXml"))}
        untouched |= {"word/styles.xml", "word/settings.xml"}
        for name in untouched & set(before.namelist()):
            assert before.read(name) == after.read(name), name


def test_numbers_of_a_word_file_are_matched_by_paragraph(run: Path, word: Path) -> None:
    found = weave_manuscript(word, run, word.with_name("out.docx")).numbers
    told = {n.match.number.text: (n.where, n.match.verdict) for n in found}
    assert told["28.5"] == ("paragraph 1", "same")
    assert told["99.9"][1] == "none"
    assert "15" not in told


def test_a_picture_that_is_only_svg_says_what_to_do(run: Path, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{ figure:Figure 2 }}")
    document.save(str(tmp_path / "p.docx"))
    found = weave_manuscript(tmp_path / "p.docx", run, tmp_path / "o.docx")
    assert "--formats png" in found.problems[0].why


def test_footnotes_are_filled_too(run: Path, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Text.")
    document.save(str(tmp_path / "plain.docx"))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    notes = (
        f'<?xml version="1.0"?><w:footnotes xmlns:w="{space}"><w:footnote w:id="1"><w:p><w:r>'
        "<w:t>n = {{ ORR.</w:t></w:r><w:r><w:t>responders | of }}</w:t></w:r></w:p></w:footnote>"
        "</w:footnotes>"
    )
    with zipfile.ZipFile(tmp_path / "plain.docx") as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    with zipfile.ZipFile(tmp_path / "p.docx", "w") as archive:
        for name, content in (parts | {"word/footnotes.xml": notes.encode()}).items():
            archive.writestr(name, content)
    weave(tmp_path / "p.docx", run, tmp_path / "o.docx")
    with zipfile.ZipFile(tmp_path / "o.docx") as archive:
        text = re.sub(r"<[^>]+>", "", archive.read("word/footnotes.xml").decode())
    assert text.strip() == "n = 33"


def test_problems_in_word_name_part_and_paragraph(run: Path, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Fine.")
    document.add_paragraph("{{ NO.such }}")
    document.sections[0].header.paragraphs[0].text = "{{ PFS.rate }}"
    document.add_table(1, 1).cell(0, 0).text = "{{ ORR.estimate"
    document.save(str(tmp_path / "p.docx"))
    found = weave_manuscript(tmp_path / "p.docx", run, tmp_path / "o.docx").problems
    places = sorted(p.where for p in found)
    assert len(places) == 3
    assert any("header" in place for place in places)
    assert any("table 1" in place for place in places)
    assert "paragraph 2" in places


@pytest.mark.parametrize("tag", ["w:del", "w:moveFrom"])
def test_text_struck_out_is_left_alone(run: Path, tmp_path: Path, tag: str) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("ORR {{ ORR.estimate }}")
    struck = paragraph._p.makeelement(qn(tag), {qn("w:id"): "1", qn("w:author"): "A"})
    removed = struck.makeelement(qn("w:r"))
    text = removed.makeelement(qn("w:delText"))
    text.text = "{{ NO.such }}"
    removed.append(text)
    struck.append(removed)
    paragraph._p.append(struck)
    document.save(str(tmp_path / "p.docx"))
    found = weave_manuscript(tmp_path / "p.docx", run, tmp_path / "o.docx")
    assert found.problems == ()
    assert [f.text for f in found.filled] == ["15.2"]


def test_the_command_writes_beside_the_manuscript(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manuscript = run.parent / "paper.md"
    manuscript.write_text("ORR {{ ORR.estimate | % }}, PFS 28.5 months.", encoding="utf-8")
    code, out, err = topline(capsys, "weave", str(manuscript), "--run", str(run))
    assert (code, err) == (0, "")
    assert "line 1: 28.5 months: printed by PFS.median" in out
    assert "Placeholders filled: 1." in out
    written = run.parent / "paper.woven.md"
    assert written.read_text(encoding="utf-8") == "ORR 15.2%, PFS 28.5 months."


def test_the_command_fails_with_all_problems(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manuscript = run.parent / "paper.md"
    manuscript.write_text("{{ NO.such }}\n{{ PFS.rate }}", encoding="utf-8")
    code, out, err = topline(capsys, "weave", str(manuscript), "--run", str(run))
    assert (code, out) == (1, "")
    assert err.count("{{ ") == 2
    code, out, _ = topline(capsys, "weave", str(manuscript), "--run", str(run), "--json")
    told = json.loads(out)
    assert (code, told["written"], len(told["problems"])) == (1, None, 2)
    assert topline(capsys, "weave", str(manuscript), "--run", str(run.parent))[0] == 2
    assert not (run.parent / "paper.woven.md").exists()


def test_json_lists_what_was_filled_and_every_number(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manuscript, out = run.parent / "paper.md", run.parent / "x.md"
    manuscript.write_text("ORR {{ ORR.ci }}, PFS 28.5 months in 2020.", encoding="utf-8")
    arguments = ["weave", str(manuscript), "--run", str(run), "--out", str(out), "--json"]
    code, text, _ = topline(capsys, *arguments)
    told = json.loads(text)
    assert (code, told["written"]) == (0, str(out))
    assert told["filled"][0]["results"] == ["ORR.lower", "ORR.upper"]
    assert [n["verdict"] for n in told["numbers"]] == ["same", "apart"]
