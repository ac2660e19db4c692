-- Care place: visits, their lines and lists. Insured place: notices of stays.

CREATE TABLE visit (
  jurisdiction TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  msgid TEXT NOT NULL,
  case_id TEXT NOT NULL,
  insured TEXT NOT NULL,
  insured_area TEXT NOT NULL,
  care_area TEXT NOT NULL,
  person_no TEXT NOT NULL,
  person_name TEXT NOT NULL,
  certificate_type TEXT NOT NULL,
  certificate_no TEXT NOT NULL,
  credential_kind TEXT NOT NULL,
  scheme TEXT NOT NULL,
  person_type TEXT NOT NULL,
  care_kind TEXT NOT NULL,
  visit_kind TEXT NOT NULL,
  own_number TEXT NOT NULL,
  disease_code TEXT NOT NULL,
  disease_name TEXT NOT NULL,
  diagnosis_code TEXT NOT NULL,
  admission TEXT NOT NULL,
  urgent TEXT NOT NULL,
  trauma BIGINT NOT NULL,
  third_party BIGINT NOT NULL,
  pledged BIGINT NOT NULL,
  started_at TEXT NOT NULL,
  particulars TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, jurisdiction)
);
CREATE INDEX visit_by_institution_msgid ON visit (msgid, institution_code, jurisdiction);
CREATE INDEX visit_by_person ON visit (person_no, jurisdiction);
CREATE INDEX visit_by_own_number ON visit (own_number, institution_code, jurisdiction);

CREATE TABLE visit_change (
  jurisdiction TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  event TEXT NOT NULL,
  msgid TEXT NOT NULL,
  visit_kind TEXT NOT NULL,
  care_kind TEXT NOT NULL,
  disease_code TEXT NOT NULL,
  disease_name TEXT NOT NULL,
  diagnosis_code TEXT NOT NULL,
  admission TEXT NOT NULL,
  urgent TEXT NOT NULL,
  trauma TEXT NOT NULL,
  third_party TEXT NOT NULL,
  pledged TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  leaving TEXT NOT NULL,
  particulars TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, sequence, jurisdiction)
);

CREATE TABLE diagnosis (
  jurisdiction TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  position TEXT NOT NULL,
  moment TEXT NOT NULL,
  version BIGINT NOT NULL,
  kind TEXT NOT NULL,
  main BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  department TEXT NOT NULL,
  doctor_code TEXT NOT NULL,
  doctor_name TEXT NOT NULL,
  condition TEXT NOT NULL,
  diagnosed_at TEXT NOT NULL,
  state TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, moment, position, version, jurisdiction)
);

CREATE TABLE fee_line (
  jurisdiction TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  msgid TEXT NOT NULL,
  position BIGINT NOT NULL,
  batch TEXT NOT NULL,
  refunds TEXT NOT NULL,
  disease_code TEXT NOT NULL,
  item_code TEXT NOT NULL,
  own_code TEXT NOT NULL,
  item_name TEXT NOT NULL,
  item_class TEXT NOT NULL,
  expense_class TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  price BIGINT NOT NULL,
  limit_price BIGINT NOT NULL,
  first_self_bp BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  full_self_fen BIGINT NOT NULL,
  over_limit_fen BIGINT NOT NULL,
  first_self_fen BIGINT NOT NULL,
  in_scope_fen BIGINT NOT NULL,
  approval TEXT NOT NULL,
  reason TEXT NOT NULL,
  restricted BIGINT NOT NULL,
  essential BIGINT NOT NULL,
  negotiated BIGINT NOT NULL,
  for_children BIGINT NOT NULL,
  occurred_at TEXT NOT NULL,
  particulars TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, line_id, msgid, jurisdiction)
);

CREATE TABLE line_withdrawal (
  jurisdiction TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  upload_msgid TEXT NOT NULL,
  msgid TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, line_id, upload_msgid, jurisdiction)
);

CREATE TABLE stay_notice (
  jurisdiction TEXT NOT NULL,
  person_no TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  event TEXT NOT NULL,
  care TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  institution_name TEXT NOT NULL,
  started_on TEXT NOT NULL,
  ended_on TEXT NOT NULL,
  scheme TEXT NOT NULL,
  visit_kind TEXT NOT NULL,
  own_number TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (person_no, visit_id, sequence, jurisdiction)
);

CREATE TABLE settlement_list (
  jurisdiction TEXT NOT NULL,
  visit_id TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  list_no TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  content TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (visit_id, list_no, jurisdiction)
);
