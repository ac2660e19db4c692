-- Daily reconciliation: runs, what each side had, differences, repairs set out, cases.

CREATE TABLE reconciliation_run (
  jurisdiction TEXT NOT NULL,
  day TEXT NOT NULL,
  version BIGINT NOT NULL,
  inputs_digest TEXT NOT NULL,
  result_digest TEXT NOT NULL,
  settlements BIGINT NOT NULL,
  findings BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (day, version, jurisdiction)
);

CREATE TABLE compared_side (
  jurisdiction TEXT NOT NULL,
  day TEXT NOT NULL,
  side TEXT NOT NULL,
  province TEXT NOT NULL,
  version BIGINT NOT NULL,
  settlements BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (day, side, province, version, jurisdiction)
);

CREATE TABLE difference (
  jurisdiction TEXT NOT NULL,
  difference_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  undoes TEXT NOT NULL,
  case_id TEXT NOT NULL,
  care TEXT NOT NULL,
  insured TEXT NOT NULL,
  scheme TEXT NOT NULL,
  odd_side TEXT NOT NULL,
  care_state TEXT NOT NULL,
  care_total_fen BIGINT,
  care_fund_fen BIGINT,
  care_account_fen BIGINT,
  nation_state TEXT NOT NULL,
  nation_total_fen BIGINT,
  nation_fund_fen BIGINT,
  nation_account_fen BIGINT,
  insured_state TEXT NOT NULL,
  insured_total_fen BIGINT,
  insured_fund_fen BIGINT,
  insured_account_fen BIGINT,
  repair TEXT NOT NULL,
  cause_zh TEXT NOT NULL,
  cause_en TEXT NOT NULL,
  owner TEXT NOT NULL,
  due_on TEXT NOT NULL,
  state TEXT NOT NULL,
  proof TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (difference_id, version, jurisdiction)
);
CREATE INDEX difference_by_day ON difference (day, jurisdiction);

CREATE TABLE repair_sent (
  jurisdiction TEXT NOT NULL,
  difference_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  day TEXT NOT NULL,
  repair TEXT NOT NULL,
  recipient TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (difference_id, version, jurisdiction)
);
CREATE INDEX repair_sent_by_day ON repair_sent (day, jurisdiction);

CREATE TABLE reconciliation_case (
  jurisdiction TEXT NOT NULL,
  case_no TEXT NOT NULL,
  version BIGINT NOT NULL,
  difference_id TEXT NOT NULL,
  day TEXT NOT NULL,
  owner TEXT NOT NULL,
  due_on TEXT NOT NULL,
  state TEXT NOT NULL,
  taken_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (case_no, version, jurisdiction)
);
CREATE INDEX reconciliation_case_by_day ON reconciliation_case (day, jurisdiction);
