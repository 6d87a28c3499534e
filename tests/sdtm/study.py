"""A small clean study, as files; a test breaks one thing in it."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from topline.sdtm.collected import Sdtm
from topline.sdtm.read import read_sdtm

CLEAN: Mapping[str, str] = {
    "dm.csv": """\
STUDYID,DOMAIN,USUBJID,SUBJID,RFSTDTC,RFXSTDTC,RFICDTC,DTHDTC,DTHFL,SITEID,BRTHDTC,AGE,AGEU,SEX,ARMCD,ARM
S,DM,S-001,001,2021-02-01,2021-02-01,2021-01-15,,,01,1960,61,YEARS,F,A,Arm A
S,DM,S-002,002,2021-03-01,2021-03-01,2021-02-20,2021-12-24,Y,01,1955-05,65,YEARS,M,A,Arm A
""",
    "ae.csv": """\
STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AEDECOD,AESOC,AESER,AEACN,AEREL,AEOUT,AETOXGR,AESTDTC,AEENDTC
S,AE,S-001,1,loose stool,Diarrhea,GI,N,DOSE NOT CHANGED,Y,RECOVERED/RESOLVED,2,2021-02-10,2021-02-12
S,AE,S-001,2,tired,Fatigue,General,N,DOSE NOT CHANGED,Y,UNKNOWN,1,2021-03,
S,AE,S-002,1,perforation,Perforation,GI,Y,DRUG WITHDRAWN,Y,FATAL,5,2021-12-20,2021-12-24
""",
    "ex.csv": """\
STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXDOSU,EXDOSFRM,EXSTDTC,EXENDTC
S,EX,S-001,1,DRUG,40,mg,TABLET,2021-02-01,2021-06-30
S,EX,S-002,1,DRUG,40,mg,TABLET,2021-03-01,2021-12-19
""",
    "lb.csv": """\
STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBTEST,LBCAT,LBORRES,LBORRESU,LBORNRLO,LBORNRHI,LBSTRESC,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBSTAT,VISITNUM,LBDTC
S,LB,S-001,1,HGB,Hemoglobin,HEM,13.1,g/dL,12,16,131,131,g/L,120,160,,1,2021-01-20
S,LB,S-001,2,HGB,Hemoglobin,HEM,12.9,g/dL,12,16,129,129,g/L,120,160,,2,2021-02-20
S,LB,S-002,1,HGB,Hemoglobin,HEM,,,,,,,,,,NOT DONE,1,2021-02-25
""",
    "tu.csv": """\
STUDYID,DOMAIN,USUBJID,TUSEQ,TULNKID,TUTESTCD,TUTEST,TUORRES,TUSTRESC,TULOC,TUEVAL,VISITNUM,TUDTC
S,TU,S-001,1,T01,TUMIDENT,Tumor Identification,TARGET,TARGET,LIVER,INVESTIGATOR,1,2021-01-25
""",
    "tr.csv": """\
STUDYID,DOMAIN,USUBJID,TRSEQ,TRLNKID,TRTESTCD,TRTEST,TRORRES,TRSTRESC,TRSTRESN,TRSTRESU,TREVAL,VISITNUM,TRDTC
S,TR,S-001,1,T01,LDIAM,Longest Diameter,22,22,22,mm,INVESTIGATOR,1,2021-01-25
S,TR,S-001,2,T01,LDIAM,Longest Diameter,18,18,18,mm,INVESTIGATOR,2,2021-03-25
""",
    "rs.csv": """\
STUDYID,DOMAIN,USUBJID,RSSEQ,RSTESTCD,RSTEST,RSCAT,RSORRES,RSSTRESC,RSEVAL,VISITNUM,RSDTC
S,RS,S-001,1,OVRLRESP,Overall Response,RECIST 1.1,SD,SD,INVESTIGATOR,2,2021-03-25
""",
    "ss.csv": """\
STUDYID,DOMAIN,USUBJID,SSSEQ,SSTESTCD,SSTEST,SSORRES,SSSTRESC,SSDTC
S,SS,S-001,1,SURVSTAT,Survival Status,ALIVE,ALIVE,2022-01-10
S,SS,S-002,1,SURVSTAT,Survival Status,DEAD,DEAD,2022-01-10
""",
    "suppae.csv": """\
STUDYID,RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QLABEL,QVAL,QORIG
S,AE,S-001,AESEQ,1,AEACNX,Action with drug X,NONE,CRF
""",
}

ROWS = sum(text.count("\n") - 1 for text in CLEAN.values())


def write_study(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """Write the clean study with some files added or replaced; empty text leaves a file out."""
    for name, content in {**CLEAN, **(files or {})}.items():
        data = content if isinstance(content, bytes) else content.encode()
        if data or name not in CLEAN:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    return folder


def read_changed(folder: Path, file: str, old: str, new: str) -> Sdtm:
    """Read the clean study with one piece of one file changed; the piece must be there once."""
    assert CLEAN[file].count(old) == 1, f"{old!r} is not once in {file}"
    return read_sdtm(write_study(folder, {file: CLEAN[file].replace(old, new)}))


def one_query(sdtm: Sdtm, rule: str) -> dict[str, str | None]:
    """Return the single query of a rule."""
    rows = sdtm.queries.filter(pl.col("rule") == rule)
    assert rows.height == 1, f"{rows.height} of {rule}; there are {sdtm.queries['rule'].to_list()}"
    return rows.row(0, named=True)


def count_rows(sdtm: Sdtm) -> int:
    """Count the rows kept and set aside."""
    frames = [*sdtm.domains.values(), *sdtm.set_aside.values()]
    return sum(frame.height for frame in frames)
