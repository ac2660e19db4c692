-- Care place: asked and answered. Insured place: booked, with counters and postings.

CREATE TABLE settlement_asked (
  jurisdiction TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  msgid TEXT NOT NULL,
  case_id TEXT NOT NULL,
  insured TEXT NOT NULL,
  person_no TEXT NOT NULL,
  scheme TEXT NOT NULL,
  care_kind TEXT NOT NULL,
  visit_kind TEXT NOT NULL,
  batch TEXT NOT NULL,
  covers BIGINT NOT NULL,
  undoes TEXT NOT NULL,
  credential_kind TEXT NOT NULL,
  invoice_no TEXT NOT NULL,
  total_fen BIGINT NOT NULL,
  full_self_fen BIGINT NOT NULL,
  over_limit_fen BIGINT NOT NULL,
  first_self_fen BIGINT NOT NULL,
  in_scope_fen BIGINT NOT NULL,
  classes TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  PRIMARY KEY (settlement_id, jurisdiction)
);
CREATE INDEX settlement_asked_by_visit ON settlement_asked (visit_id, jurisdiction);
CREATE INDEX settlement_asked_by_institution_msgid ON settlement_asked (msgid, institution_code, jurisdiction);

CREATE TABLE settlement_answered (
  jurisdiction TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  msgid TEXT NOT NULL,
  person_no TEXT NOT NULL,
  scheme TEXT NOT NULL,
  care_kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  undoes TEXT NOT NULL,
  total_fen BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  person_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  cash_fen BIGINT NOT NULL,
  hospital_fen BIGINT NOT NULL,
  business_day TEXT NOT NULL,
  statement TEXT NOT NULL,
  answered_at TEXT NOT NULL,
  PRIMARY KEY (settlement_id, jurisdiction)
);
CREATE INDEX settlement_answered_by_visit ON settlement_answered (visit_id, jurisdiction);
CREATE INDEX settlement_answered_by_institution_business_day ON settlement_answered (institution_code, business_day, jurisdiction);

CREATE TABLE settlement (
  jurisdiction TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  person_no TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  case_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  batch TEXT NOT NULL,
  undoes TEXT NOT NULL,
  care TEXT NOT NULL,
  care_area TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  institution_name TEXT NOT NULL,
  area TEXT NOT NULL,
  scheme TEXT NOT NULL,
  care_kind TEXT NOT NULL,
  standing TEXT NOT NULL,
  filing_id TEXT NOT NULL,
  filing_version BIGINT NOT NULL,
  pack_id TEXT NOT NULL,
  pack_hash TEXT NOT NULL,
  year TEXT NOT NULL,
  total_fen BIGINT NOT NULL,
  full_self_fen BIGINT NOT NULL,
  over_limit_fen BIGINT NOT NULL,
  first_self_fen BIGINT NOT NULL,
  in_scope_fen BIGINT NOT NULL,
  deductible_fen BIGINT NOT NULL,
  pool_fen BIGINT NOT NULL,
  large_sum_fen BIGINT NOT NULL,
  serious_illness_fen BIGINT NOT NULL,
  civil_servant_fen BIGINT NOT NULL,
  employer_supplement_fen BIGINT NOT NULL,
  assistance_fen BIGINT NOT NULL,
  disabled_soldier_fen BIGINT NOT NULL,
  other_fen BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  person_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  cash_fen BIGINT NOT NULL,
  hospital_fen BIGINT NOT NULL,
  business_day TEXT NOT NULL,
  inputs TEXT NOT NULL,
  explanation TEXT NOT NULL,
  booked_at TEXT NOT NULL,
  PRIMARY KEY (settlement_id, jurisdiction)
);
CREATE INDEX settlement_by_visit ON settlement (visit_id, jurisdiction);
CREATE INDEX settlement_by_person_year ON settlement (person_no, year, jurisdiction);

CREATE TABLE claim_material (
  jurisdiction TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  msgid TEXT NOT NULL,
  person_no TEXT NOT NULL,
  insured TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  total_fen BIGINT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, msgid, jurisdiction)
);

CREATE TABLE direct_closing (
  jurisdiction TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  claim_id TEXT NOT NULL,
  event TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, recorded_at, claim_id, event, jurisdiction)
);

CREATE TABLE accumulator_entry (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  year TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  counter TEXT NOT NULL,
  amount BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, year, settlement_id, counter, jurisdiction)
);
CREATE INDEX accumulator_entry_by_settlement ON accumulator_entry (settlement_id, jurisdiction);

CREATE TABLE posting (
  jurisdiction TEXT NOT NULL,
  entry_id TEXT NOT NULL,
  line BIGINT NOT NULL,
  account TEXT NOT NULL,
  counterpart TEXT NOT NULL,
  scheme TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  business_day TEXT NOT NULL,
  posted_at TEXT NOT NULL,
  PRIMARY KEY (entry_id, line, jurisdiction)
);

-- Nothing is undone twice, whichever node is asked.
CREATE UNIQUE INDEX settlement_undone_once ON settlement (undoes, jurisdiction) WHERE undoes <> '';
