-- Prepayment: counts of use, plans and changes at the nation; notices and steps at nation and provinces;
-- areas' calls at insured provinces. Notice numbers and request numbers come from the nation and a province.

CREATE TABLE use_count (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  basis TEXT NOT NULL,
  version BIGINT NOT NULL,
  pairs BIGINT NOT NULL,
  settlements BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (month, basis, version, jurisdiction)
);

CREATE TABLE month_use (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  basis TEXT NOT NULL,
  insured TEXT NOT NULL,
  care TEXT NOT NULL,
  scheme TEXT NOT NULL,
  version BIGINT NOT NULL,
  settlements BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  PRIMARY KEY (month, basis, version, insured, care, scheme, jurisdiction)
);

CREATE TABLE area_use (
  jurisdiction TEXT NOT NULL,
  year TEXT NOT NULL,
  area TEXT NOT NULL,
  scheme TEXT NOT NULL,
  version BIGINT NOT NULL,
  used_fen BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (year, area, scheme, version, jurisdiction)
);

CREATE TABLE year_plan (
  jurisdiction TEXT NOT NULL,
  year TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  pairs BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL,
  change_fen BIGINT NOT NULL,
  terms TEXT NOT NULL,
  planned_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (year, jurisdiction)
);

CREATE TABLE prepayment_change (
  jurisdiction TEXT NOT NULL,
  cause TEXT NOT NULL,
  kind TEXT NOT NULL,
  insured TEXT NOT NULL,
  care TEXT NOT NULL,
  scheme TEXT NOT NULL,
  pair TEXT NOT NULL,
  before_fen BIGINT NOT NULL,
  change_fen BIGINT NOT NULL,
  explanation TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (cause, insured, care, scheme, jurisdiction)
);
CREATE INDEX prepayment_change_by_scheme ON prepayment_change (scheme, pair, jurisdiction);

CREATE TABLE prepayment_notice (
  jurisdiction TEXT NOT NULL,
  notice_no TEXT NOT NULL,
  kind TEXT NOT NULL,
  province TEXT NOT NULL,
  cause TEXT NOT NULL,
  year TEXT NOT NULL,
  lines BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  issued_on TEXT NOT NULL,
  hand_over_by TEXT NOT NULL,
  pay_by TEXT NOT NULL,
  report_by TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (notice_no, jurisdiction)
);

CREATE TABLE prepayment_notice_line (
  jurisdiction TEXT NOT NULL,
  notice_no TEXT NOT NULL,
  line BIGINT NOT NULL,
  role TEXT NOT NULL,
  counterpart TEXT NOT NULL,
  scheme TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  PRIMARY KEY (notice_no, line, jurisdiction)
);

CREATE TABLE prepayment_step (
  jurisdiction TEXT NOT NULL,
  notice_no TEXT NOT NULL,
  step TEXT NOT NULL,
  line BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL,
  happened_on TEXT NOT NULL,
  reference TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (notice_no, step, line, jurisdiction)
);

CREATE TABLE usage_rate (
  jurisdiction TEXT NOT NULL,
  month TEXT NOT NULL,
  basis TEXT NOT NULL,
  insured TEXT NOT NULL,
  care TEXT NOT NULL,
  scheme TEXT NOT NULL,
  version BIGINT NOT NULL,
  used_fen BIGINT NOT NULL,
  prepaid_fen BIGINT NOT NULL,
  rate_bp BIGINT,
  colour TEXT NOT NULL,
  signed_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (month, basis, version, insured, care, scheme, jurisdiction)
);

CREATE TABLE top_up (
  jurisdiction TEXT NOT NULL,
  request_no TEXT NOT NULL,
  month TEXT NOT NULL,
  insured TEXT NOT NULL,
  care TEXT NOT NULL,
  scheme TEXT NOT NULL,
  asked_fen BIGINT NOT NULL,
  needed_fen BIGINT NOT NULL,
  reason TEXT NOT NULL,
  requested_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (request_no, jurisdiction)
);
CREATE INDEX top_up_by_month ON top_up (month, jurisdiction);

CREATE TABLE top_up_decision (
  jurisdiction TEXT NOT NULL,
  request_no TEXT NOT NULL,
  approved_fen BIGINT NOT NULL,
  reason TEXT NOT NULL,
  decided_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (request_no, jurisdiction)
);

CREATE TABLE area_call (
  jurisdiction TEXT NOT NULL,
  notice_no TEXT NOT NULL,
  area TEXT NOT NULL,
  scheme TEXT NOT NULL,
  used_fen BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (notice_no, area, scheme, jurisdiction)
);

CREATE TABLE area_payment (
  jurisdiction TEXT NOT NULL,
  notice_no TEXT NOT NULL,
  area TEXT NOT NULL,
  scheme TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  paid_on TEXT NOT NULL,
  reference TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (notice_no, area, scheme, jurisdiction)
);

