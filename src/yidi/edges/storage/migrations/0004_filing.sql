-- Insured place: filings and selected institutions.

CREATE TABLE filing (
  jurisdiction TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  person_no TEXT NOT NULL,
  category TEXT NOT NULL,
  state TEXT NOT NULL,
  care_area TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  referring_institution TEXT NOT NULL,
  form TEXT NOT NULL,
  diagnosis_code TEXT NOT NULL,
  disease_name TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  committed BIGINT NOT NULL,
  proven BIGINT NOT NULL,
  materials TEXT NOT NULL,
  channel TEXT NOT NULL,
  reviewed BIGINT NOT NULL,
  agent_name TEXT NOT NULL,
  agent_relation TEXT NOT NULL,
  agent_certificate_no TEXT NOT NULL,
  agent_phone TEXT NOT NULL,
  continues TEXT NOT NULL,
  reason TEXT NOT NULL,
  filed_at TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (filing_id, version, jurisdiction)
);
CREATE INDEX filing_by_person ON filing (person_no, jurisdiction);

CREATE TABLE selection (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  selection_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  institution_code TEXT NOT NULL,
  scheme TEXT NOT NULL,
  business_kind TEXT NOT NULL,
  state TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, selection_id, version, jurisdiction)
);
