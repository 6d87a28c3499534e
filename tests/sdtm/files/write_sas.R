# Writes dm.sas7bdat, a file by another program than ours: Rscript tests/sdtm/files/write_sas.R
suppressWarnings(haven::write_sas(
  data.frame(
    STUDYID = "S", DOMAIN = "DM", USUBJID = c("S-001", "S-002"), SUBJID = c("001", "002"),
    SITEID = c(701, 702), RFSTDTC = as.Date(c("2021-02-01", NA)), AGE = c(61, NA), SEX = c("F", "M")
  ),
  "tests/sdtm/files/dm.sas7bdat"
))
