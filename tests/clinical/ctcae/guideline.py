"""What the guideline asks for, written from its pages: results at, just below and just above.

`BOTH` holds where v5.0 and v4.03 agree, `V5` and `V4` where they differ.
"""

BOTH = """
# Anemia: <LLN - 10.0 g/dL, 6.2 mmol/L, 100 g/L; <10.0 - 8.0, <6.2 - 4.9, <100 - 80; <8.0, <4.9, <80
HGB low g/dL    LLN 12 ULN 16    | 12 0 | 11.9 1 | 10.1 1 | 10 1 | 9.9 2 | 8.1 2 | 8 2 | 7.9 3 | 2 3
HGB low g/L     LLN 120 ULN 160  | 120 0 | 119 1 | 101 1 | 100 1 | 99 2 | 81 2 | 80 2 | 79 3 | 20 3
HGB low mmol/L  LLN 7.4 ULN 9.9  | 7.4 0 | 7.39 1 | 6.21 1 | 6.2 1 | 6.19 2 | 4.9 2 | 4.89 3
# Leukocytosis: grade 3 >100,000/mm3
WBC high /mm3   LLN 4000 ULN 11000 | 11001 0 | 99999 0 | 100000 0 | 100001 3
WBC high 10^9/L LLN 4 ULN 11       | 11.1 0 | 99.9 0 | 100 0 | 100.1 3
# White blood cell decreased: <LLN - 3000; <3000 - 2000; <2000 - 1000; <1000
WBC low /mm3    LLN 4000 ULN 11000 | 4000 0 | 3999 1 | 3000 1 | 2999 2 | 2000 2 | 1999 3 | 1000 3
WBC low /mm3    LLN 4000 ULN 11000 | 999 4
WBC low 10^9/L  LLN 4 ULN 11       | 4 0 | 3.9 1 | 3 1 | 2.99 2 | 2 2 | 1.99 3 | 1 3 | 0.99 4 | 0 4
# Neutrophil count decreased: <LLN - 1500; <1500 - 1000; <1000 - 500; <500
NEUT low /mm3   LLN 2000 ULN 7000  | 2000 0 | 1999 1 | 1500 1 | 1499 2 | 1000 2 | 999 3 | 500 3
NEUT low /mm3   LLN 2000 ULN 7000  | 499 4
NEUT low 10^9/L LLN 2 ULN 7        | 2 0 | 1.99 1 | 1.5 1 | 1.49 2 | 1 2 | 0.99 3 | 0.5 3 | 0.49 4
# Lymphocyte count decreased: <LLN - 800; <800 - 500; <500 - 200; <200
LYM low /mm3    LLN 1000 ULN 4000  | 1000 0 | 999 1 | 800 1 | 799 2 | 500 2 | 499 3 | 200 3 | 199 4
LYM low 10^9/L  LLN 1 ULN 4        | 1 0 | 0.99 1 | 0.8 1 | 0.79 2 | 0.5 2 | 0.49 3 | 0.2 3 | 0.19 4
# Lymphocyte count increased: grade 2 >4000 - 20,000/mm3; grade 3 >20,000/mm3
LYM high /mm3   LLN 1000 ULN 3500  | 3501 0 | 4000 0 | 4001 2 | 20000 2 | 20001 3
LYM high 10^9/L LLN 1 ULN 3.5      | 3.6 0 | 4 0 | 4.01 2 | 20 2 | 20.1 3
# Platelet count decreased: <LLN - 75,000; <75,000 - 50,000; <50,000 - 25,000; <25,000
PLAT low /mm3   LLN 150000 ULN 400000 | 150000 0 | 149999 1 | 75000 1 | 74999 2 | 50000 2 | 49999 3
PLAT low /mm3   LLN 150000 ULN 400000 | 25000 3 | 24999 4
PLAT low 10^9/L LLN 150 ULN 400    | 150 0 | 149 1 | 75 1 | 74.9 2 | 50 2 | 49.9 3 | 25 3 | 24.9 4
# CD4 lymphocytes decreased: <LLN - 500; <500 - 200; <200 - 50; <50
CD4 low /mm3    LLN 600 ULN 1500   | 600 0 | 599 1 | 500 1 | 499 2 | 200 2 | 199 3 | 50 3 | 49 4
CD4 low 10^9/L  LLN 0.6 ULN 1.5    | 0.6 0 | 0.59 1 | 0.5 1 | 0.49 2 | 0.2 2 | 0.19 3 | 0.05 3
CD4 low 10^9/L  LLN 0.6 ULN 1.5    | 0.04 4
# Activated partial thromboplastin time prolonged: >ULN - 1.5 x ULN; >1.5 - 2.5 x ULN; >2.5 x ULN
APTT high s     LLN 25 ULN 36      | 36 0 | 36.1 1 | 54 1 | 54.1 2 | 90 2 | 90.1 3 | 200 3
APTT high RATIO LLN 0.8 ULN 1.2    | 1.2 0 | 1.21 1 | 1.8 1 | 1.81 2 | 3 2 | 3.01 3
# CPK increased: >ULN - 2.5 x ULN; >2.5 - 5 x ULN; >5 - 10 x ULN; >10 x ULN
CK high U/L     LLN 30 ULN 200     | 200 0 | 201 1 | 500 1 | 501 2 | 1000 2 | 1001 3 | 2000 3
CK high U/L     LLN 30 ULN 200     | 2001 4
CK high ukat/L  LLN 0.5 ULN 3.2    | 3.2 0 | 3.21 1 | 8 1 | 8.01 2 | 16 2 | 16.1 3 | 32 3 | 32.1 4
# Cholesterol high: >ULN - 300 mg/dL, 7.75 mmol/L; - 400, 10.34; - 500, 12.92; above
CHOL high mg/dL  LLN 120 ULN 200   | 200 0 | 201 1 | 300 1 | 301 2 | 400 2 | 401 3 | 500 3 | 501 4
CHOL high mmol/L LLN 3 ULN 5.2     | 5.2 0 | 5.3 1 | 7.75 1 | 7.76 2 | 10.34 2 | 10.35 3 | 12.92 3
CHOL high mmol/L LLN 3 ULN 5.2     | 12.93 4
# Haptoglobin decreased: <LLN
HAPTOG low g/L   LLN 0.3 ULN 2     | 0.3 0 | 0.31 0 | 0.29 1 | 0 1
HAPTOG low mg/dL LLN 30 ULN 200    | 30 0 | 29 1
# Cardiac troponin I and T: above ULN and below the level of infarction; at that level
TROPONI high ng/L  ULN 20 MI 50    | 20 0 | 20.1 1 | 49.9 1 | 50 3 | 51 3
TROPONI high ug/L  ULN 0.02 MI 0.05 | 0.02 0 | 0.021 1 | 0.049 1 | 0.05 3
TROPONT high ng/L  ULN 14 MI 52    | 14 0 | 14.1 1 | 51.9 1 | 52 3 | 53 3
TROPONT high ug/L  ULN 0.014 MI 0.052 | 0.014 0 | 0.015 1 | 0.051 1 | 0.052 3
# Acidosis: pH <normal, but >=7.3; grade 3 <7.3. Alkalosis: pH >normal, but <=7.5; grade 3 >7.5
PH low  pH in BLOOD LLN 7.35 ULN 7.45 | 7.35 0 | 7.34 1 | 7.3 1 | 7.29 3 | 6.9 3
PH low  .  in BLOOD LLN 7.35 ULN 7.45 | 7.35 0 | 7.34 1 | 7.3 1 | 7.29 3
PH high pH in BLOOD LLN 7.35 ULN 7.45 | 7.45 0 | 7.46 1 | 7.5 1 | 7.51 3
# Hypercalcemia, corrected: >ULN - 11.5 mg/dL, 2.9 mmol/L; - 12.5, 3.1; - 13.5, 3.4; above
CACORR high mg/dL  LLN 8.5 ULN 10.5 | 10.5 0 | 10.6 1 | 11.5 1 | 11.6 2 | 12.5 2 | 12.6 3 | 13.5 3
CACORR high mg/dL  LLN 8.5 ULN 10.5 | 13.6 4
CACORR high mmol/L LLN 2.1 ULN 2.6  | 2.6 0 | 2.61 1 | 2.9 1 | 2.91 2 | 3.1 2 | 3.11 3 | 3.4 3
CACORR high mmol/L LLN 2.1 ULN 2.6  | 3.41 4
CA high mg/dL  LLN 8.5 ULN 10.5 ALB 4 g/dL | 10.5 0 | 10.6 1 | 11.5 1 | 11.6 2 | 12.5 2 | 12.6 3
CA high mg/dL  LLN 8.5 ULN 10.5 ALB 4 g/dL | 13.5 3
CA high mg/dL  LLN 8.5 ULN 10.5 ALB 40 g/L | 13.6 4
CA high mmol/L LLN 2.1 ULN 2.6 ALB 40 g/L  | 2.6 0 | 2.61 1 | 2.9 1 | 2.91 2 | 3.1 2 | 3.11 3
CA high mmol/L LLN 2.1 ULN 2.6 ALB 40 g/L  | 3.4 3 | 3.41 4
# ... ionized: >ULN - 1.5 mmol/L (6.0117 mg/dL); - 1.6 (6.4125); - 1.8 (7.2140); above
CAION high mmol/L LLN 1.15 ULN 1.3  | 1.3 0 | 1.31 1 | 1.5 1 | 1.51 2 | 1.6 2 | 1.61 3 | 1.8 3
CAION high mmol/L LLN 1.15 ULN 1.3  | 1.81 4
CAION high mg/dL  LLN 4.6 ULN 5.2   | 5.2 0 | 5.3 1 | 6.01 1 | 6.02 2 | 6.41 2 | 6.42 3 | 7.21 3
CAION high mg/dL  LLN 4.6 ULN 5.2   | 7.22 4
# Hypocalcemia, corrected: <LLN - 8.0 mg/dL, 2.0 mmol/L; - 7.0, 1.75; - 6.0, 1.5; below
CACORR low mg/dL  LLN 8.5 ULN 10.5 | 8.5 0 | 8.4 1 | 8 1 | 7.9 2 | 7 2 | 6.9 3 | 6 3 | 5.9 4
CACORR low mmol/L LLN 2.1 ULN 2.6  | 2.1 0 | 2.09 1 | 2 1 | 1.99 2 | 1.75 2 | 1.74 3 | 1.5 3
CACORR low mmol/L LLN 2.1 ULN 2.6  | 1.49 4
CA low mg/dL  LLN 8.5 ULN 10.5 ALB 4 g/dL | 8.5 0 | 8.4 1 | 8 1 | 7.9 2 | 7 2 | 6.9 3 | 6 3 | 5.9 4
CA low mmol/L LLN 2.1 ULN 2.6 ALB 40 g/L  | 2.1 0 | 2.09 1 | 2 1 | 1.99 2 | 1.75 2 | 1.74 3 | 1.5 3
CA low mmol/L LLN 2.1 ULN 2.6 ALB 40 g/L  | 1.49 4
# ... ionized: <LLN - 1.0 mmol/L (4.0078 mg/dL); - 0.9 (3.6070); - 0.8 (3.2062); below
CAION low mmol/L LLN 1.15 ULN 1.3  | 1.15 0 | 1.14 1 | 1 1 | 0.99 2 | 0.9 2 | 0.89 3 | 0.8 3
CAION low mmol/L LLN 1.15 ULN 1.3  | 0.79 4
CAION low mg/dL  LLN 4.6 ULN 5.2   | 4.6 0 | 4.5 1 | 4.01 1 | 4 2 | 3.61 2 | 3.6 3 | 3.21 3 | 3.2 4
# Hyperkalemia: >ULN - 5.5; >5.5 - 6.0; >6.0 - 7.0; >7.0 mmol/L (7.0 mmol/L is 27.3686 mg/dL)
K high mmol/L LLN 3.5 ULN 5    | 5 0 | 5.1 1 | 5.5 1 | 5.6 2 | 6 2 | 6.1 3 | 7 3 | 7.1 4
K high mEq/L  LLN 3.5 ULN 5    | 5 0 | 5.1 1 | 5.5 1 | 5.6 2 | 6 2 | 6.1 3 | 7 3 | 7.1 4
K high mg/dL  LLN 13.7 ULN 19.5 | 19.5 0 | 19.6 1 | 21.5 1 | 21.6 2 | 23.4 2 | 23.5 3 | 27.3 3
K high mg/dL  LLN 13.7 ULN 19.5 | 27.4 4
# Hypokalemia: <LLN - 3.0; the same with symptoms is grade 2; <3.0 - 2.5; <2.5
K low mmol/L LLN 3.5 ULN 5 not-symptomatic | 3.5 0 | 3.49 1 | 3 1 | 2.99 3 | 2.5 3 | 2.49 4
K low mmol/L LLN 3.5 ULN 5 symptomatic     | 3.5 0 | 3.49 2 | 3 2 | 2.99 3 | 2.5 3 | 2.49 4
K low mEq/L  LLN 3.5 ULN 5 symptomatic     | 3.5 0 | 3.49 2 | 3 2 | 2.99 3 | 2.5 3 | 2.49 4
# Hypermagnesemia: >ULN - 3.0 mg/dL, 1.23 mmol/L; grade 3 - 8.0, 3.30; grade 4 above
MG high mg/dL  LLN 1.7 ULN 2.4 | 2.4 0 | 2.41 1 | 3 1 | 3.01 3 | 8 3 | 8.01 4
MG high mmol/L LLN 0.7 ULN 1   | 1 0 | 1.01 1 | 1.23 1 | 1.24 3 | 3.3 3 | 3.31 4
# Hypomagnesemia: <LLN - 1.2 mg/dL, 0.5 mmol/L; - 0.9, 0.4; - 0.7, 0.3; below
MG low mg/dL  LLN 1.7 ULN 2.4  | 1.7 0 | 1.69 1 | 1.2 1 | 1.19 2 | 0.9 2 | 0.89 3 | 0.7 3 | 0.69 4
MG low mmol/L LLN 0.7 ULN 1    | 0.7 0 | 0.69 1 | 0.5 1 | 0.49 2 | 0.4 2 | 0.39 3 | 0.3 3 | 0.29 4
MG low mEq/L  LLN 1.4 ULN 2    | 1.4 0 | 1.39 1 | 1 1 | 0.99 2 | 0.8 2 | 0.79 3 | 0.6 3 | 0.59 4
# Hypernatremia: >ULN - 150; >150 - 155; >155 - 160; >160 mmol/L
SODIUM high mmol/L LLN 135 ULN 145 | 145 0 | 146 1 | 150 1 | 151 2 | 155 2 | 156 3 | 160 3 | 161 4
SODIUM high mEq/L  LLN 135 ULN 145 | 145 0 | 146 1 | 150 1 | 151 2 | 155 2 | 156 3 | 160 3 | 161 4
# Hypertriglyceridemia: 150 - 300 mg/dL, 1.71 - 3.42 mmol/L; - 500, 5.7; - 1000, 11.4; above
TRIG high mg/dL  ULN 150       | 149 0 | 150 1 | 300 1 | 301 2 | 500 2 | 501 3 | 1000 3 | 1001 4
TRIG high mmol/L ULN 1.7       | 1.7 0 | 1.71 1 | 3.42 1 | 3.43 2 | 5.7 2 | 5.71 3 | 11.4 3 | 11.5 4
# Hypoalbuminemia: <LLN - 3 g/dL, 30 g/L; <3 - 2, <30 - 20; <2, <20
ALB low g/dL LLN 3.5 ULN 5     | 3.5 0 | 3.4 1 | 3 1 | 2.99 2 | 2 2 | 1.99 3
ALB low g/L  LLN 35 ULN 50     | 35 0 | 34 1 | 30 1 | 29.9 2 | 20 2 | 19.9 3
# Hypoglycemia: <LLN - 55 mg/dL, 3.0 mmol/L; - 40, 2.2; - 30, 1.7; below
GLUC low mg/dL  LLN 70 ULN 100 | 70 0 | 69 1 | 55 1 | 54 2 | 40 2 | 39 3 | 30 3 | 29 4
GLUC low mmol/L LLN 3.9 ULN 5.5 | 3.9 0 | 3.8 1 | 3 1 | 2.99 2 | 2.2 2 | 2.19 3 | 1.7 3 | 1.69 4
# Chronic kidney disease: eGFR <LLN - 60; 59 - 30; 29 - 15; <15 ml/min/1.73 m2
GFRE low mL/min/1.73m2 LLN 90 ULN 150 | 90 0 | 89 1 | 60 1 | 59 2 | 30 2 | 29 3 | 15 3 | 14 4
GFRE low mL/s/1.73m2   LLN 1.5 ULN 2.5 | 1.5 0 | 1.49 1 | 1 1 | 0.98 2 | 0.5 2 | 0.48 3 | 0.25 3
GFRE low mL/s/1.73m2   LLN 1.5 ULN 2.5 | 0.24 4
# Proteinuria of children: P/C ratio 0.5 - 1.9; >1.9 (0.5 mg/mg is 56.56 mg/mmol, 1.9 214.9)
UPC high mg/mg   in URINE | 0.49 0 | 0.5 2 | 1.9 2 | 1.91 3
UPC high mg/mmol in URINE | 56 0 | 57 2 | 214 2 | 215 3
# Pancreatic enzymes decreased: <LLN and asymptomatic
ELASTASE low ug/g in STOOL LLN 200 | 200 0 | 199 1
"""

V5 = """
# Eosinophilia: >ULN and >Baseline
EOS high 10^9/L LLN 0 ULN 0.5 BASE 0.3   | 0.5 0 | 0.51 1 | 20 1
EOS high 10^9/L LLN 0 ULN 0.5 BASE 0.8   | 0.5 0 | 0.51 0 | 0.8 0 | 0.81 1
EOS high /mm3   LLN 0 ULN 500 BASE 800   | 500 0 | 501 0 | 800 0 | 801 1
# Methemoglobinemia: grade 2 >ULN
METHGB high %   ULN 1.5                  | 1.5 0 | 1.6 2 | 30 2
METHGB high FRACTION ULN 0.015           | 0.015 0 | 0.016 2
# ALT, AST: >ULN - 3.0 x ULN; - 5.0; - 20.0; above. Abnormal baseline: 1.5 - 3.0 x baseline; ...
ALT high U/L    ULN 40 BASE 40   | 40 0 | 40.1 1 | 120 1 | 120.1 2 | 200 2 | 200.1 3 | 800 3
ALT high U/L    ULN 40 BASE 40   | 800.1 4
ALT high U/L    ULN 40 BASE 60   | 60 0 | 89.9 0 | 90 1 | 180 1 | 180.1 2 | 300 2 | 300.1 3 | 1200 3
ALT high U/L    ULN 40 BASE 60   | 1200.1 4
ALT high ukat/L ULN 0.7 BASE 0.5 | 0.7 0 | 0.71 1 | 2.1 1 | 2.11 2 | 3.5 2 | 3.51 3 | 14 3 | 14.1 4
ALT high ukat/L ULN 0.7 BASE 1.1 | 1.64 0 | 1.65 1 | 3.3 1 | 3.31 2 | 5.5 2 | 5.51 3 | 22 3 | 22.1 4
AST high U/L    ULN 40 BASE 40   | 40 0 | 40.1 1 | 120 1 | 120.1 2 | 200 2 | 200.1 3 | 800 3
AST high U/L    ULN 40 BASE 40   | 800.1 4
AST high U/L    ULN 40 BASE 60   | 60 0 | 89.9 0 | 90 1 | 180 1 | 180.1 2 | 300 2 | 300.1 3 | 1200 3
AST high U/L    ULN 40 BASE 60   | 1200.1 4
AST high ukat/L ULN 0.7 BASE 0.5 | 0.7 0 | 0.71 1 | 2.1 1 | 2.11 2 | 3.5 2 | 3.51 3 | 14 3 | 14.1 4
AST high ukat/L ULN 0.7 BASE 1.1 | 1.64 0 | 1.65 1 | 3.3 1 | 3.31 2 | 5.5 2 | 5.51 3 | 22 3 | 22.1 4
# ALP, GGT: >ULN - 2.5 x ULN; - 5.0; - 20.0; above. Abnormal baseline: 2.0 - 2.5 x baseline; ...
ALP high U/L    ULN 120 BASE 90  | 120 0 | 121 1 | 300 1 | 301 2 | 600 2 | 601 3 | 2400 3 | 2401 4
ALP high U/L    ULN 120 BASE 200 | 399 0 | 400 1 | 500 1 | 501 2 | 1000 2 | 1001 3 | 4000 3 | 4001 4
ALP high ukat/L ULN 2 BASE 1.5   | 2 0 | 2.1 1 | 5 1 | 5.1 2 | 10 2 | 10.1 3 | 40 3 | 40.1 4
ALP high ukat/L ULN 2 BASE 3     | 5.9 0 | 6 1 | 7.5 1 | 7.6 2 | 15 2 | 15.1 3 | 60 3 | 60.1 4
GGT high U/L    ULN 50 BASE 20   | 50 0 | 51 1 | 125 1 | 126 2 | 250 2 | 251 3 | 1000 3 | 1001 4
GGT high U/L    ULN 50 BASE 100  | 199 0 | 200 1 | 250 1 | 251 2 | 500 2 | 501 3 | 2000 3 | 2001 4
GGT high ukat/L ULN 0.8 BASE 0.4 | 0.8 0 | 0.81 1 | 2 1 | 2.1 2 | 4 2 | 4.1 3 | 16 3 | 16.1 4
GGT high ukat/L ULN 0.8 BASE 1.6 | 3.1 0 | 3.2 1 | 4 1 | 4.1 2 | 8 2 | 8.1 3 | 32 3 | 32.1 4
# Bilirubin: >ULN - 1.5 x ULN; - 3.0; - 10.0; above. Abnormal baseline: >1.0 - 1.5 x baseline; ...
BILI high mg/dL  ULN 1.2 BASE 0.8 | 1.2 0 | 1.21 1 | 1.8 1 | 1.81 2 | 3.6 2 | 3.61 3 | 12 3 | 12.1 4
BILI high mg/dL  ULN 1.2 BASE 2   | 2 0 | 2.01 1 | 3 1 | 3.01 2 | 6 2 | 6.01 3 | 20 3 | 20.1 4
BILI high umol/L ULN 20 BASE 20   | 20 0 | 20.1 1 | 30 1 | 30.1 2 | 60 2 | 60.1 3 | 200 3 | 200.1 4
BILI high umol/L ULN 20 BASE 34   | 34 0 | 34.1 1 | 51 1 | 51.1 2 | 102 2 | 102.1 3 | 340 3
BILI high umol/L ULN 20 BASE 34   | 340.1 4
# Blood bicarbonate decreased: <LLN
BICARB low mmol/L LLN 22 ULN 29  | 22 0 | 21.9 1 | 5 1
BICARB low mEq/L  LLN 22 ULN 29  | 22 0 | 21.9 1
# Blood lactate dehydrogenase increased: >ULN
LDH high U/L    ULN 250          | 250 0 | 251 1 | 5000 1
LDH high ukat/L ULN 4.2          | 4.2 0 | 4.3 1
# Creatinine increased: >ULN - 1.5 x ULN; >1.5 - 3.0 x baseline or ULN;
#   >3.0 x baseline, >3.0 - 6.0 x ULN; >6.0 x ULN
CREAT high mg/dL  ULN 1.2 BASE 1.2 | 1.2 0 | 1.21 1 | 1.8 1 | 1.81 2 | 3.6 2 | 3.61 3 | 7.2 3
CREAT high mg/dL  ULN 1.2 BASE 1.2 | 7.21 4
CREAT high mg/dL  ULN 1.2 BASE 0.8 | 1.2 0 | 1.21 2 | 2.4 2 | 2.41 3 | 7.2 3 | 7.21 4
CREAT high mg/dL  ULN 1.2 BASE 2   | 1.2 0 | 1.21 1 | 1.8 1 | 1.81 2 | 3.6 2 | 3.61 3 | 7.21 4
CREAT high umol/L ULN 110 BASE 110 | 110 0 | 111 1 | 165 1 | 166 2 | 330 2 | 331 3 | 660 3 | 661 4
CREAT high umol/L ULN 110 BASE 70  | 105 0 | 106 2 | 210 2 | 211 3 | 660 3 | 661 4
# Fibrinogen decreased: <1.0 - 0.75 x LLN; - 0.5; - 0.25; below, or <50 mg/dL;
#   if abnormal 25, 50, 75 % from baseline
FIBRINO low mg/dL LLN 200 ULN 400 BASE 201 | 200 0 | 199 1 | 151 1 | 150 2 | 149 2 | 101 2 | 100 3
FIBRINO low mg/dL LLN 200 ULN 400 BASE 201 | 99 3 | 51 3
FIBRINO low mg/dL LLN 200 ULN 400 BASE 201 | 50 4 | 49 4
FIBRINO low mg/dL LLN 200 ULN 400 BASE 150 | 150 1 | 149 2 | 113 2 | 112 2 | 100 2 | 99 3 | 50 3
FIBRINO low mg/dL LLN 200 ULN 400 BASE 150 | 49 4
FIBRINO low mg/dL LLN 200 ULN 400 BASE 240 | 181 1 | 180 2 | 121 2 | 120 3 | 61 3 | 60 4
FIBRINO low mg/dL LLN 160 ULN 400 BASE 160 | 60 3 | 49 4
FIBRINO low g/L   LLN 2 ULN 4 BASE 2.4     | 2 0 | 1.81 1 | 1.8 2 | 1.21 2 | 1.2 3 | 0.61 3 | 0.6 4
FIBRINO low g/L   LLN 2 ULN 4 BASE 1.5     | 2 0 | 1.99 1 | 1.5 1 | 1.49 2 | 1 2 | 0.99 3 | 0.5 3
FIBRINO low g/L   LLN 2 ULN 4 BASE 1.5     | 0.49 4
FIBRINO low g/L   LLN 1.6 ULN 4 BASE 1.6   | 0.5 3 | 0.49 4
FIBRINO low mg/dL LLN 200 ULN 400 BASE 300 | 210 0 | 200 0 | 199 2
FIBRINO low mg/dL LLN 200 ULN 400 BASE 440 | 210 0 | 200 0 | 199 3
FIBRINO low mg/dL LLN 200 ULN 400 BASE 880 | 210 0 | 200 0 | 199 4
FIBRINO low g/L   LLN 4 ULN 8 BASE 3       | 1 3 | 0.99 4
FIBRINO low g/L   LLN 4 ULN 8 BASE 4       | 1.01 3 | 1 4 | 0.99 4
# Hemoglobin increased: increase in >0 - 2 g/dL; >2 - 4; >4 (2 g/dL is 1.2411 mmol/L)
HGB high g/dL   LLN 12 ULN 16    | 16 0 | 16.1 1 | 18 1 | 18.1 2 | 20 2 | 20.1 3
HGB high g/L    LLN 120 ULN 160  | 160 0 | 161 1 | 180 1 | 181 2 | 200 2 | 201 3
HGB high mmol/L LLN 7.4 ULN 10   | 10 0 | 10.1 1 | 11.24 1 | 11.25 2 | 12.48 2 | 12.49 3
# INR increased: >1.2 - 1.5; >1.5 - 2.5; >2.5, whatever ULN; x baseline if on anticoagulation
INR high .     ULN 1.1 BASE 1 not-anticoagulated | 1.2 0 | 1.21 1 | 1.5 1 | 1.51 2 | 2.5 2 | 2.51 3
INR high RATIO ULN 1.4 BASE 1 not-anticoagulated | 1.2 0 | 1.21 1 | 1.5 1 | 1.51 2 | 2.5 2 | 2.51 3
INR high .     ULN 1.1 BASE 2 anticoagulated     | 2 0 | 2.01 1 | 3 1 | 3.01 2 | 5 2 | 5.01 3
# Lipase, amylase: >ULN - 1.5 x ULN; - 2.0; >2.0 - 5.0 asymptomatic 2, else 3; >5.0 3, else 4
LIPASE high U/L     ULN 60 not-symptomatic  | 60 0 | 61 1 | 90 1 | 91 2 | 120 2 | 121 2 | 300 2
LIPASE high U/L     ULN 60 not-symptomatic  | 301 3 | 9000 3
LIPASE high U/L     ULN 60 symptomatic      | 60 0 | 61 1 | 90 1 | 91 2 | 120 2 | 121 3 | 300 3
LIPASE high U/L     ULN 60 symptomatic      | 301 4
LIPASE high ukat/L  ULN 1 symptomatic       | 1 0 | 1.1 1 | 1.5 1 | 1.6 2 | 2 2 | 2.1 3 | 5 3
LIPASE high ukat/L  ULN 1 symptomatic       | 5.1 4
AMYLASE high U/L    ULN 100 not-symptomatic | 100 0 | 101 1 | 150 1 | 151 2 | 201 2 | 500 2 | 501 3
AMYLASE high U/L    ULN 100 symptomatic     | 100 0 | 101 1 | 150 1 | 151 2 | 200 2 | 201 3 | 500 3
AMYLASE high U/L    ULN 100 symptomatic     | 501 4
AMYLASE high ukat/L ULN 2 symptomatic       | 2 0 | 2.1 1 | 3 1 | 3.1 2 | 4 2 | 4.1 3 | 10 3
AMYLASE high ukat/L ULN 2 symptomatic       | 10.1 4
# Thyroid stimulating hormone increased
TSH high mU/L   LLN 0.4 ULN 4    | 4 0 | 4.1 1 | 100 1
TSH high uIU/mL LLN 0.4 ULN 4    | 4 0 | 4.1 1
# Hyperuricemia: >ULN; with physiologic consequences grade 3
URATE high mg/dL  ULN 7 not-symptomatic   | 7 0 | 7.1 1 | 20 1
URATE high mg/dL  ULN 7 symptomatic       | 7 0 | 7.1 3 | 20 3
URATE high umol/L ULN 416 symptomatic     | 416 0 | 417 3
URATE high umol/L ULN 416 not-symptomatic | 416 0 | 417 1
# Hyponatremia: <LLN - 130; 125-129 asymptomatic 2, symptomatic 3; 120-124 grade 3; <120
SODIUM low mmol/L LLN 135 ULN 145 not-symptomatic | 135 0 | 134 1 | 130 1 | 129 2 | 125 2 | 124 3
SODIUM low mmol/L LLN 135 ULN 145 not-symptomatic | 120 3 | 119 4
SODIUM low mmol/L LLN 135 ULN 145 symptomatic     | 135 0 | 134 1 | 130 1 | 129 3 | 125 3 | 124 3
SODIUM low mmol/L LLN 135 ULN 145 symptomatic     | 120 3 | 119 4
SODIUM low mEq/L  LLN 135 ULN 145 symptomatic     | 135 0 | 134 1 | 130 1 | 129 3 | 124 3 | 120 3
SODIUM low mEq/L  LLN 135 ULN 145 symptomatic     | 119 4
# Proteinuria: >=ULN - <1.0 g/24 hrs; 1.0 - <3.5; >=3.5
PROT high g/day  in URINE ULN 0.15 | 0.14 0 | 0.15 1 | 0.99 1 | 1 2 | 3.49 2 | 3.5 3
PROT high mg/24h in URINE ULN 150  | 149 0 | 150 1 | 999 1 | 1000 2 | 3499 2 | 3500 3
"""

V4 = """
# ALT, AST: >ULN - 3.0 x ULN; >3.0 - 5.0; >5.0 - 20.0; >20.0, whatever baseline
ALT high U/L    ULN 40 BASE 60   | 40 0 | 40.1 1 | 120 1 | 120.1 2 | 200 2 | 200.1 3 | 800 3
ALT high U/L    ULN 40 BASE 60   | 800.1 4
ALT high ukat/L ULN 0.7          | 0.7 0 | 0.71 1 | 2.1 1 | 2.11 2 | 3.5 2 | 3.51 3 | 14 3 | 14.1 4
AST high U/L    ULN 40 BASE 60   | 40 0 | 40.1 1 | 120 1 | 120.1 2 | 200 2 | 200.1 3 | 800 3
AST high U/L    ULN 40 BASE 60   | 800.1 4
AST high ukat/L ULN 0.7          | 0.7 0 | 0.71 1 | 2.1 1 | 2.11 2 | 3.5 2 | 3.51 3 | 14 3 | 14.1 4
# ALP, GGT: >ULN - 2.5 x ULN; >2.5 - 5.0; >5.0 - 20.0; >20.0
ALP high U/L    ULN 120 BASE 200 | 120 0 | 121 1 | 300 1 | 301 2 | 600 2 | 601 3 | 2400 3 | 2401 4
ALP high ukat/L ULN 2            | 2 0 | 2.1 1 | 5 1 | 5.1 2 | 10 2 | 10.1 3 | 40 3 | 40.1 4
GGT high U/L    ULN 50 BASE 100  | 50 0 | 51 1 | 125 1 | 126 2 | 250 2 | 251 3 | 1000 3 | 1001 4
GGT high ukat/L ULN 0.8          | 0.8 0 | 0.81 1 | 2 1 | 2.1 2 | 4 2 | 4.1 3 | 16 3 | 16.1 4
# Bilirubin: >ULN - 1.5 x ULN; >1.5 - 3.0; >3.0 - 10.0; >10.0
BILI high mg/dL  ULN 1.2 BASE 2  | 1.2 0 | 1.21 1 | 1.8 1 | 1.81 2 | 3.6 2 | 3.61 3 | 12 3 | 12.1 4
BILI high umol/L ULN 20          | 20 0 | 20.1 1 | 30 1 | 30.1 2 | 60 2 | 60.1 3 | 200 3 | 200.1 4
# Creatinine increased: >1 - 1.5 x baseline, >ULN - 1.5 x ULN; >1.5 - 3.0;
#   >3.0 baseline, >3.0 - 6.0 x ULN; >6.0 x ULN
CREAT high mg/dL  ULN 1.2 BASE 1.2 | 1.2 0 | 1.21 1 | 1.8 1 | 1.81 2 | 3.6 2 | 3.61 3 | 7.2 3
CREAT high mg/dL  ULN 1.2 BASE 1.2 | 7.21 4
CREAT high mg/dL  ULN 1.2 BASE 0.6 | 0.6 0 | 0.61 1 | 0.9 1 | 0.91 2 | 1.8 2 | 1.81 3 | 7.21 4
CREAT high umol/L ULN 110 BASE 70  | 70 0 | 71 1 | 105 1 | 106 2 | 210 2 | 211 3 | 660 3 | 661 4
CREAT high umol/L ULN 110 BASE 220 | 110 0 | 111 1 | 165 1 | 166 2 | 330 2 | 331 3 | 660 3 | 661 4
# Fibrinogen decreased: <1.0 - 0.75 x LLN or <25 % decrease; ...; <0.25 x LLN or 75 % or <50 mg/dL
FIBRINO low mg/dL LLN 200 ULN 400 BASE 300 | 300 0 | 299 1 | 226 1 | 225 2 | 151 2 | 150 3 | 76 3
FIBRINO low mg/dL LLN 200 ULN 400 BASE 300 | 75 4
FIBRINO low mg/dL LLN 200 ULN 400 BASE 100 | 200 0 | 199 1 | 150 1 | 149 2 | 100 2 | 99 3 | 51 3
FIBRINO low mg/dL LLN 200 ULN 400 BASE 100 | 50 3 | 49 4
FIBRINO low g/L   LLN 2 ULN 4 BASE 3       | 3 0 | 2.99 1 | 2.26 1 | 2.25 2 | 1.51 2 | 1.5 3
FIBRINO low g/L   LLN 2 ULN 4 BASE 3       | 0.76 3 | 0.75 4
FIBRINO low g/L   LLN 2 ULN 4 BASE 1       | 2 0 | 1.99 1 | 1.5 1 | 1.49 2 | 1 2 | 0.99 3 | 0.5 3
FIBRINO low g/L   LLN 2 ULN 4 BASE 1       | 0.49 4
FIBRINO low g/L   LLN 1.6 ULN 4 BASE 1.6   | 0.5 3 | 0.49 4
FIBRINO low mg/dL LLN 160 ULN 400 BASE 160 | 50 3 | 49 4
FIBRINO low g/L   LLN 4 ULN 8 BASE 3.6     | 1 3 | 0.99 4
# Hemoglobin increased: >0 - 2 gm/dL above ULN, or above baseline if baseline is above ULN;
#   >2 - 4; >4
HGB high g/dL   LLN 12 ULN 16 BASE 15    | 16 0 | 16.1 1 | 18 1 | 18.1 2 | 20 2 | 20.1 3
HGB high g/dL   LLN 12 ULN 16 BASE 17    | 17 0 | 17.1 1 | 19 1 | 19.1 2 | 21 2 | 21.1 3
HGB high g/L    LLN 120 ULN 160 BASE 170 | 170 0 | 171 1 | 190 1 | 191 2 | 210 2 | 211 3
HGB high mmol/L LLN 7.4 ULN 10 BASE 9    | 10 0 | 10.1 1 | 11.24 1 | 11.25 2 | 12.48 2 | 12.49 3
# INR increased: >1 - 1.5 x ULN; >1.5 - 2.5; >2.5; x baseline if on anticoagulation
INR high .     ULN 1.2 BASE 1 not-anticoagulated | 1.2 0 | 1.21 1 | 1.8 1 | 1.81 2 | 3 2 | 3.01 3
INR high RATIO ULN 1.2 BASE 2 anticoagulated     | 2 0 | 2.01 1 | 3 1 | 3.01 2 | 5 2 | 5.01 3
# Lipase, amylase: >ULN - 1.5 x ULN; >1.5 - 2.0; >2.0 - 5.0; >5.0
LIPASE high U/L     ULN 60  | 60 0 | 61 1 | 90 1 | 91 2 | 120 2 | 121 3 | 300 3 | 301 4
LIPASE high ukat/L  ULN 1   | 1 0 | 1.1 1 | 1.5 1 | 1.6 2 | 2 2 | 2.1 3 | 5 3 | 5.1 4
AMYLASE high U/L    ULN 100 | 100 0 | 101 1 | 150 1 | 151 2 | 200 2 | 201 3 | 500 3 | 501 4
AMYLASE high ukat/L ULN 2   | 2 0 | 2.1 1 | 3 1 | 3.1 2 | 4 2 | 4.1 3 | 10 3 | 10.1 4
# Hyperglycemia: fasting >ULN - 160 mg/dL, 8.9 mmol/L; fasting - 250, 13.9; - 500, 27.8; above
GLUC high mg/dL  ULN 100 fasting     | 100 0 | 101 1 | 160 1 | 161 2 | 250 2 | 251 3 | 500 3 | 501 4
GLUC high mg/dL  ULN 100 not-fasting | 101 0 | 250 0 | 251 3 | 500 3 | 501 4
GLUC high mmol/L ULN 5.5 fasting     | 5.5 0 | 5.6 1 | 8.9 1 | 9 2 | 13.9 2 | 14 3 | 27.8 3 | 27.9 4
# Hyperuricemia: >ULN - 10 mg/dL (0.59 mmol/L) without, 3 with physiologic consequences;
#   >10, >0.59 grade 4
URATE high mg/dL  ULN 7 not-symptomatic    | 7 0 | 7.1 1 | 10 1 | 10.1 4
URATE high mg/dL  ULN 7 symptomatic        | 7 0 | 7.1 3 | 10 3 | 10.1 4
URATE high mmol/L ULN 0.41 symptomatic     | 0.41 0 | 0.42 3 | 0.59 3 | 0.6 4
URATE high umol/L ULN 410 not-symptomatic  | 410 0 | 411 1 | 590 1 | 591 4
# Hyponatremia: <LLN - 130; grade 3 <130 - 120; <120
SODIUM low mmol/L LLN 135 ULN 145 | 135 0 | 134 1 | 130 1 | 129.9 3 | 120 3 | 119.9 4
SODIUM low mEq/L  LLN 135 ULN 145 | 135 0 | 134 1 | 130 1 | 129.9 3 | 120 3 | 119.9 4
# Hypophosphatemia: <LLN - 2.5 mg/dL, 0.8 mmol/L; - 2.0, 0.6; - 1.0, 0.3; below
PHOS low mg/dL  LLN 2.7 ULN 4.5  | 2.7 0 | 2.6 1 | 2.5 1 | 2.4 2 | 2 2 | 1.9 3 | 1 3 | 0.9 4
PHOS low mmol/L LLN 0.87 ULN 1.5 | 0.87 0 | 0.86 1 | 0.8 1 | 0.79 2 | 0.6 2 | 0.59 3 | 0.3 3
PHOS low mmol/L LLN 0.87 ULN 1.5 | 0.29 4
# Proteinuria: <1.0 g/24 hrs; 1.0 - 3.4; >=3.5
PROT high g/day  in URINE ULN 0.15 | 0.15 0 | 0.16 1 | 0.99 1 | 1 2 | 3.4 2 | 3.5 3
PROT high mg/24h in URINE ULN 150  | 150 0 | 151 1 | 999 1 | 1000 2 | 3400 2 | 3500 3
"""

MEASURED_BOTH = """
# Weight gain: 5 - <10 %; 10 - <20 %; >=20 % from baseline. Weight loss the same
WEIGHT high kg BASE 80  | 80 0 | 83.9 0 | 84 1 | 87.9 1 | 88 2 | 95.9 2 | 96 3
WEIGHT high LB BASE 200 | 209 0 | 210 1 | 219 1 | 220 2 | 239 2 | 240 3
WEIGHT low kg  BASE 80  | 80 0 | 76.1 0 | 76 1 | 72.1 1 | 72 2 | 64.1 2 | 64 3
WEIGHT low LB  BASE 200 | 191 0 | 190 1 | 181 1 | 180 2 | 161 2 | 160 3
# Hypertension, adults: systolic 120 - 139, 140 - 159, >=160;
#   diastolic 80 - 89, 90 - 99, >=100 mm Hg
SYSBP high mmHg | 119 0 | 120 1 | 139 1 | 140 2 | 159 2 | 160 3 | 250 3
SYSBP high kPa  | 15.9 0 | 16 1 | 18.5 1 | 18.7 2 | 21.1 2 | 21.4 3
DIABP high mmHg | 79 0 | 80 1 | 89 1 | 90 2 | 99 2 | 100 3
DIABP high kPa  | 10.6 0 | 10.7 1 | 11.8 1 | 12 2 | 13.1 2 | 13.4 3
"""

MEASURED_V5 = """
# Ejection fraction decreased: 50 - 40 % or 10 - 19 % drop; 39 - 20 % or >=20 % drop; <20 %
LVEF low % BASE 55 | 51 0 | 50 2 | 40 2 | 39 3 | 20 3 | 19 4
LVEF low % BASE 70 | 61 0 | 60 2 | 51 2 | 50 3 | 20 3 | 19 4
LVEF low FRACTION BASE 0.70 | 0.61 0 | 0.60 2 | 0.51 2 | 0.50 3 | 0.19 4
LVEF low FRACTION BASE 0.55 | 0.50 2 | 0.40 2 | 0.39 3 | 0.20 3 | 0.19 4
# QT corrected: 450 - 480 ms; 481 - 500; >=501 or >60 ms change from baseline
QTCF high ms   BASE 445 | 449 0 | 450 1 | 480 1 | 481 2 | 500 2 | 501 3 | 600 3
QTCF high ms   BASE 380 | 440 0 | 441 3 | 449 3
QTCF high sec  BASE 0.445 | 0.449 0 | 0.450 1 | 0.480 1 | 0.481 2 | 0.500 2 | 0.501 3
QTCF high sec  BASE 0.38 | 0.44 0 | 0.441 3
"""

MEASURED_V4 = """
# Ejection fraction decreased: 50 - 40 % or 10 - 19 % drop; 39 - 20 % or >20 % drop; <20 %
LVEF low % BASE 55 | 51 0 | 50 2 | 40 2 | 39 3 | 20 3 | 19 4
LVEF low % BASE 70 | 61 0 | 60 2 | 50 2 | 49 3 | 20 3 | 19 4
LVEF low FRACTION BASE 0.70 | 0.61 0 | 0.60 2 | 0.50 2 | 0.49 3 | 0.19 4
LVEF low FRACTION BASE 0.55 | 0.50 2 | 0.40 2 | 0.39 3 | 0.20 3 | 0.19 4
# QT corrected: 450 - 480 ms; 481 - 500; >=501
QTCF high ms   BASE 380 | 449 0 | 450 1 | 480 1 | 481 2 | 500 2 | 501 3
QTCF high sec  BASE 0.38 | 0.449 0 | 0.450 1 | 0.480 1 | 0.481 2 | 0.500 2 | 0.501 3
"""
