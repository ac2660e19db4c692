-- Corrections: deductions that wait for an institution's next payment, and which payment has taken them.

CREATE INDEX declaration_deduction_by_institution
  ON declaration_deduction (institution_code, declaration_id, jurisdiction);

CREATE TABLE deduction_taken (
  jurisdiction TEXT NOT NULL,
  deduction_id TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (deduction_id, jurisdiction)
);
CREATE INDEX deduction_taken_by_institution ON deduction_taken (institution_code, jurisdiction);
