-- Clearing: tables of a month and their lines, signatures, disputes, notices and what became of them.

CREATE TABLE clearing_run (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  version BIGINT NOT NULL,
  as_of TEXT NOT NULL,
  settlements BIGINT NOT NULL,
  lines_digest TEXT NOT NULL,
  items_digest TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (month, version, jurisdiction)
);

CREATE TABLE clearing_line (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  table_version BIGINT NOT NULL,
  care TEXT NOT NULL,
  insured TEXT NOT NULL,
  scheme TEXT NOT NULL,
  kind TEXT NOT NULL,
  settlements BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  PRIMARY KEY (month, table_version, care, insured, scheme, kind, jurisdiction)
);

CREATE TABLE clearing_item (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  table_version BIGINT NOT NULL,
  way TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  undoes TEXT NOT NULL,
  care TEXT NOT NULL,
  insured TEXT NOT NULL,
  scheme TEXT NOT NULL,
  business_day TEXT NOT NULL,
  total_fen BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  cause TEXT NOT NULL,
  PRIMARY KEY (month, table_version, way, settlement_id, cause, jurisdiction)
);

CREATE TABLE clearing_check (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  lines_digest TEXT NOT NULL,
  differences BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (month, recorded_at, jurisdiction)
);

CREATE TABLE clearing_signature (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  province TEXT NOT NULL,
  lines_digest TEXT NOT NULL,
  signed_by TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (month, province, lines_digest, jurisdiction)
);

CREATE TABLE clearing_dispute (
  jurisdiction TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  month TEXT NOT NULL,
  raised_by TEXT NOT NULL,
  case_id TEXT NOT NULL,
  state TEXT NOT NULL,
  care TEXT NOT NULL,
  insured TEXT NOT NULL,
  scheme TEXT NOT NULL,
  business_day TEXT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (settlement_id, version, jurisdiction)
);
CREATE INDEX clearing_dispute_by_month ON clearing_dispute (month, jurisdiction);

CREATE TABLE clearing_notice (
  jurisdiction TEXT NOT NULL,
  number TEXT NOT NULL,
  month TEXT NOT NULL,
  direction TEXT NOT NULL,
  province TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  basis TEXT NOT NULL,
  issued_on TEXT NOT NULL,
  hand_over_by TEXT NOT NULL,
  pay_by TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (number, jurisdiction)
);
CREATE INDEX clearing_notice_by_month ON clearing_notice (month, jurisdiction);

CREATE TABLE clearing_notice_line (
  jurisdiction TEXT NOT NULL,
  number TEXT NOT NULL,
  counterpart TEXT NOT NULL,
  scheme TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  PRIMARY KEY (number, counterpart, scheme, jurisdiction)
);

CREATE TABLE clearing_published (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  version BIGINT NOT NULL,
  basis TEXT NOT NULL,
  notices BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (month, version, jurisdiction)
);

CREATE TABLE clearing_step (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  payer TEXT NOT NULL,
  payee TEXT NOT NULL,
  step TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  reference TEXT NOT NULL,
  day TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (month, payer, payee, step, jurisdiction)
);

CREATE TABLE clearing_urged (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  province TEXT NOT NULL,
  matter TEXT NOT NULL,
  counterpart TEXT NOT NULL,
  due_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL
);
CREATE INDEX clearing_urged_by_month ON clearing_urged (month, jurisdiction);

CREATE TABLE clearing_adjustment (
  jurisdiction TEXT NOT NULL,
  adjustment_id TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  month TEXT NOT NULL,
  way TEXT NOT NULL,
  care TEXT NOT NULL,
  insured TEXT NOT NULL,
  scheme TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  cleared_in TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  penalty_fen BIGINT NOT NULL,
  reason TEXT NOT NULL,
  finding TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (adjustment_id, jurisdiction)
);
CREATE INDEX clearing_adjustment_by_month ON clearing_adjustment (month, jurisdiction);
CREATE INDEX clearing_adjustment_by_settlement ON clearing_adjustment (settlement_id, jurisdiction);

CREATE TABLE clearing_year (
  jurisdiction TEXT NOT NULL,
  year TEXT NOT NULL,
  closed_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (year, jurisdiction)
);
