-- Manual claims and their material.

CREATE TABLE claim (
  jurisdiction TEXT NOT NULL,
  claim_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  person_no TEXT NOT NULL,
  care TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  state TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  note TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (claim_id, version, jurisdiction)
);
CREATE INDEX claim_by_visit ON claim (visit_id, jurisdiction);
CREATE INDEX claim_by_person ON claim (person_no, jurisdiction);
