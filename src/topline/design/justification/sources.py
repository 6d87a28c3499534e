"""Publications that designs rest on, as printed in a justification."""

from typing import Final

AHERN: Final = (
    "A'Hern RP (2001). Sample size tables for exact single-stage phase II designs. Statistics in "
    "Medicine 20(6): 859-866."
)
FLEMING: Final = (
    "Fleming TR (1982). One-sample multiple testing procedure for phase II clinical trials. "
    "Biometrics 38(1): 143-151."
)
SIMON: Final = (
    "Simon R (1989). Optimal two-stage designs for phase II clinical trials. Controlled Clinical "
    "Trials 10(1): 1-10."
)
JUNG: Final = (
    "Jung SH, Lee T, Kim K, George SL (2004). Admissible two-stage designs for phase II cancer "
    "clinical trials. Statistics in Medicine 23(4): 561-569."
)
MANDER: Final = (
    "Mander AP, Thompson SG (2010). Two-stage designs optimal under the alternative hypothesis for "
    "phase II cancer clinical trials. Contemporary Clinical Trials 31(6): 572-578."
)
KOYAMA: Final = (
    "Koyama T, Chen H (2008). Proper inference from Simon's two-stage designs. Statistics in "
    "Medicine 27(16): 3145-3154."
)
JUNG_KIM: Final = (
    "Jung SH, Kim KM (2004). On the estimation of the binomial probability in multistage clinical "
    "trials. Statistics in Medicine 23(6): 881-896."
)
CHANG: Final = (
    "Chang MN, Wieand HS, Chang VT (1989). The bias of the sample proportion following a group "
    "sequential phase II clinical trial. Statistics in Medicine 8(5): 563-570."
)
CHEN: Final = (
    "Chen TT (1997). Optimal three-stage designs for phase II cancer clinical trials. Statistics "
    "in Medicine 16(23): 2701-2711."
)
LEE: Final = (
    "Lee JJ, Liu DD (2008). A predictive probability design for phase II cancer clinical trials. "
    "Clinical Trials 5(2): 93-106."
)
BOP2: Final = (
    "Zhou H, Lee JJ, Yuan Y (2017). BOP2: Bayesian optimal design for phase II clinical trials "
    "with simple and complex endpoints. Statistics in Medicine 36(21): 3302-3314."
)
BRYANT: Final = (
    "Bryant J, Day R (1995). Incorporating toxicity considerations into the design of two-stage "
    "phase II clinical trials. Biometrics 51(4): 1372-1383."
)
IVANOVA: Final = (
    "Ivanova A, Qaqish BF, Schell MJ (2005). Continuous toxicity monitoring in phase II trials in "
    "oncology. Biometrics 61(2): 540-545."
)
GELLER: Final = (
    "Geller NL, Follman D, Leifer ES, Carter SL (2003). Design of early trials in stem cell "
    "transplantation: a hybrid frequentist-Bayesian approach. In: Geller NL (ed.), Advances in "
    "clinical trial biostatistics. New York: Marcel Dekker, 40-52."
)
WU: Final = (
    "Wu J (2015). Sample size calculation for the one-sample log-rank test. Pharmaceutical "
    "Statistics 14(1): 26-33."
)
KWAK: Final = (
    "Kwak M, Jung SH (2014). Phase II clinical trials with time-to-event endpoints: optimal "
    "two-stage designs with one-sample log-rank test. Statistics in Medicine 33(12): 2004-2016."
)
LAWLESS: Final = (
    "Lawless JF (2003). Statistical models and methods for lifetime data, 2nd ed. Hoboken: Wiley."
)
BROOKMEYER: Final = (
    "Brookmeyer R, Crowley J (1982). A confidence interval for the median survival time. "
    "Biometrics 38(1): 29-41."
)
NAGASHIMA: Final = (
    "Nagashima K, Noma H, Sato Y, Gosho M (2021). Sample size calculations for single-arm survival "
    "studies using transformations of the Kaplan-Meier estimator. Pharmaceutical Statistics 20(3): "
    "499-511."
)
SCHOENFELD: Final = (
    "Schoenfeld DA (1983). Sample-size formula for the proportional-hazards regression model. "
    "Biometrics 39(2): 499-503."
)
FREEDMAN: Final = (
    "Freedman LS (1982). Tables of the number of patients required in clinical trials using the "
    "logrank test. Statistics in Medicine 1(2): 121-129."
)
JENNISON: Final = (
    "Jennison C, Turnbull BW (2000). Group sequential methods with applications to clinical "
    "trials. Boca Raton: Chapman and Hall."
)
LAN: Final = (
    "Lan KKG, DeMets DL (1983). Discrete sequential boundaries for clinical trials. Biometrika "
    "70(3): 659-663."
)
RUBINSTEIN: Final = (
    "Rubinstein LV, Korn EL, Freidlin B, Hunsberger S, Ivy SP, Smith MA (2005). Design issues of "
    "randomized phase II trials and a proposal for phase II screening trials. Journal of Clinical "
    "Oncology 23(28): 7199-7206."
)
SUISSA: Final = (
    "Suissa S, Shuster JJ (1985). Exact unconditional sample sizes for the 2 x 2 binomial trial. "
    "Journal of the Royal Statistical Society A 148(4): 317-327."
)
WITTES: Final = (
    "Simon R, Wittes RE, Ellenberg SS (1985). Randomized phase II clinical trials. Cancer "
    "Treatment Reports 69(12): 1375-1381."
)
