import polars as pl

from tests.analyses.study import EVERY_KIND, adam, protocol
from topline.analyses.analyse import analyse
from topline.analyses.trace import row_numbers, rows_behind

def test_try():
    r = analyse(protocol(EVERY_KIND), adam())
    with pl.Config(tbl_rows=900, tbl_cols=30, fmt_str_lengths=90, tbl_width_chars=300):
        print(r.rows.select("result_id","value","display","n","n_missing","trace_where","warning"))
        print(r.curves)
    assert 0
