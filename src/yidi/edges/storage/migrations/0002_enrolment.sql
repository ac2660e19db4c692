-- Insured place: persons and how they are insured. Nation: the directory.

CREATE TABLE person (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  certificate_type TEXT NOT NULL,
  certificate_no TEXT NOT NULL,
  name TEXT NOT NULL,
  gender TEXT NOT NULL,
  ethnicity TEXT NOT NULL,
  born TEXT NOT NULL,
  sample BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, jurisdiction)
);
CREATE INDEX person_by_certificate_type_certificate ON person (certificate_no, certificate_type, jurisdiction);

CREATE TABLE credential (
  jurisdiction TEXT NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  person_no TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (number, kind, jurisdiction)
);
CREATE INDEX credential_by_person ON credential (person_no, jurisdiction);

CREATE TABLE insurance_relation (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  scheme TEXT NOT NULL,
  area TEXT NOT NULL,
  version BIGINT NOT NULL,
  person_type TEXT NOT NULL,
  state TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  paused_on TEXT NOT NULL,
  civil_servant BIGINT NOT NULL,
  plan_tier TEXT NOT NULL,
  employer TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, scheme, area, version, jurisdiction)
);

CREATE TABLE identity_mark (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  identity_type TEXT NOT NULL,
  version BIGINT NOT NULL,
  level TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, identity_type, version, jurisdiction)
);

CREATE TABLE chronic_certificate (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  disease_code TEXT NOT NULL,
  version BIGINT NOT NULL,
  disease_name TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  state TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, disease_code, version, jurisdiction)
);

CREATE TABLE family_doctor_contract (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, institution_code, start, jurisdiction)
);

CREATE TABLE account_entry (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  entry_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, entry_id, jurisdiction)
);

CREATE TABLE directory_entry (
  jurisdiction TEXT NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  version TEXT NOT NULL,
  insured TEXT NOT NULL,
  active BIGINT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (number, kind, version, jurisdiction)
);
