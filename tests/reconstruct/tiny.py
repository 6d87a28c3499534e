"""A trial of eight patients whose numbers leave nobody in doubt, as files."""

from pathlib import Path

CLAIMS = """
topline: 1
source: {title: Eight patients}
groups:
  all: {n: 8, where: Abstract, parts: [responders, others]}
  responders: {n: 3, where: Results}
  others: {n: 5, where: Results}
curves: {OS: {of: all}}
claims:
  women: {kind: count, where: Table 1, printed: 5 women, quantity: "all/Sex: Female"}
  women-responding:
    {kind: count, where: Table 2, printed: 1 woman, quantity: "responders/Sex: Female"}
  age: {kind: range, where: Table 1, printed: 60 (45-75), of: all, quantity: all/Age}
  age-responding:
    {kind: range, where: Table 2, printed: 70 (66-75), of: responders, quantity: responders/Age}
  old-women: {kind: percent, where: Results, printed: 1/5 women were 65 or older}
  ended: {kind: sum, where: Results, printed: 7 patients, parts: [3, 4]}
  dead: {kind: count, where: Results, printed: 4 died, quantity: all/Dead}
  OS: {kind: median, where: Results, printed: "13.8 months (95% CI, 2.0 to not reached)", curve: OS}
  OS6: {kind: rate, where: Results, printed: 75.0% (SE 15.3), curve: OS, at: 6}
  follow-up: {kind: range, where: Results, printed: 11.8 (2.0-23.0) months, quantity: all/Follow-up}
  response:
    {kind: range, where: Results, printed: 5.0 months (2.0-8.0), quantity: responders/Response}
"""

PUBLISHED = """
topline: 1
seed: 3
patients: all
enrollment: {first: 2020-01-06, last: 2021-06-30}
data_cut: 2022-12-31
sites: {"01": 3, "02": 1}
attributes:
  SEX: {levels: [F, M]}
  AGE: {least: 40, most: 80}
  END_REASON: {levels: [PROGRESSION, TOXICITY, ONGOING]}
  DEAD: {}
  OLD: {when: AGE >= 65}
variables:
  Sex: {Female: SEX = F}
  Age: AGE
  Dead: DEAD
counts:
  - {claim: old-women, among: SEX = F, are: OLD}
  - {claim: ended, part: 1, are: END_REASON = TOXICITY}
  - {claim: ended, part: 2, are: END_REASON = PROGRESSION}
rules:
  - END_REASON = ONGOING implies not DEAD
courses:
  present:
    END_OF_TREATMENT: END_REASON != ONGOING
    RESPONSE: GROUP = responders
    PROGRESSION: END_REASON = PROGRESSION
    LAST_SCAN: not END_REASON = TOXICITY or GROUP = responders
    DEATH: DEAD
  rules:
    - {holds: END_OF_TREATMENT >= PROGRESSION}
    - {holds: PROGRESSION = LAST_SCAN}
    - {holds: PROGRESSION >= 70}
    - {holds: RESPONSE + 5 <= END_OF_TREATMENT}
  endpoints:
    OS: {events: [DEATH]}
    TTR: {among: responders, events: [RESPONSE]}
  statements:
    - {claim: OS, endpoint: OS}
    - {claim: OS6, endpoint: OS}
    - {claim: follow-up, endpoint: OS, plain: true}
    - {claim: response, endpoint: TTR, plain: true}
  search: {steps: 20000, chains: 3}
"""

PROTOCOL = """
topline: 1
study:
  id: EIGHT
  title: Eight patients
  arms: [{id: ONE, label: Drug}]
  data_cut: 2022-12-31
  notice: Nobody here is real.
design: {kind: descriptive, reason: Invented}
treatments:
  cycle: {length: 21 days}
  drugs:
    - {name: DRUG, levels: [100], unit: mg, route: ORAL, schedule: {on: 1 day}}
schedule:
  tumor_assessment: {baseline_within: 28 days, every: [{every: 4 weeks}], window: 7 days}
analysis_sets:
  ALL: {label: All, where: ENRLFL = 'Y', flag: FASFL}
"""


def write_tiny(
    folder: Path, published: str = PUBLISHED, claims: str = CLAIMS, protocol: str = PROTOCOL
) -> Path:
    """Write the three files, and return `published.yaml`."""
    (folder / "claims.yaml").write_text(claims)
    (folder / "protocol.yaml").write_text(protocol)
    path = folder / "published.yaml"
    path.write_text(published)
    return path
