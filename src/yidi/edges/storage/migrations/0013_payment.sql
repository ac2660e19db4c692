-- Payment of institutions by their care place: agreed, declared, confirmed, deducted, paid, released.

CREATE TABLE payment_agreement (
  jurisdiction TEXT NOT NULL,
  area TEXT NOT NULL,
  start TEXT NOT NULL,
  declare_by_day BIGINT NOT NULL,
  pay_working_days BIGINT NOT NULL,
  retention_bp BIGINT NOT NULL,
  late TEXT NOT NULL,
  source TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (area, start, recorded_at, jurisdiction)
);

CREATE TABLE declaration (
  jurisdiction TEXT NOT NULL,
  declaration_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  institution_code TEXT NOT NULL,
  month TEXT NOT NULL,
  clearing_kind TEXT NOT NULL,
  clearing_way TEXT NOT NULL,
  state TEXT NOT NULL,
  settlements BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  recognised_fen BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  cash_fen BIGINT NOT NULL,
  declared_on TEXT NOT NULL,
  declare_by TEXT NOT NULL,
  late BIGINT NOT NULL,
  due_on TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  note TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (declaration_id, version, jurisdiction)
);
CREATE INDEX declaration_by_institution_month ON declaration (institution_code, month, jurisdiction);
CREATE INDEX declaration_by_month ON declaration (month, jurisdiction);

CREATE TABLE declared_settlement (
  jurisdiction TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  declaration_id TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  month TEXT NOT NULL,
  scheme TEXT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  PRIMARY KEY (settlement_id, declaration_id, jurisdiction)
);
CREATE INDEX declared_settlement_by_institution_month ON declared_settlement (institution_code, month, jurisdiction);

CREATE TABLE declared_scheme (
  jurisdiction TEXT NOT NULL,
  declaration_id TEXT NOT NULL,
  scheme TEXT NOT NULL,
  settlements BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  PRIMARY KEY (declaration_id, scheme, jurisdiction)
);

CREATE TABLE detail_confirmation (
  jurisdiction TEXT NOT NULL,
  handle TEXT NOT NULL,
  line BIGINT NOT NULL,
  institution_code TEXT NOT NULL,
  month TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  confirmed BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  paid_fen BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (handle, line, institution_code, jurisdiction)
);
CREATE INDEX detail_confirmation_by_institution_month ON detail_confirmation (institution_code, month, jurisdiction);

CREATE TABLE confirmation_undone (
  jurisdiction TEXT NOT NULL,
  handle TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  month TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (institution_code, month, handle, jurisdiction)
);

CREATE TABLE declaration_deduction (
  jurisdiction TEXT NOT NULL,
  deduction_id TEXT NOT NULL,
  declaration_id TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  insured TEXT NOT NULL,
  scheme TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  reason TEXT NOT NULL,
  deducted_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (deduction_id, jurisdiction)
);
CREATE INDEX declaration_deduction_by_declaration ON declaration_deduction (declaration_id, jurisdiction);
CREATE INDEX declaration_deduction_by_settlement ON declaration_deduction (settlement_id, jurisdiction);

CREATE TABLE institution_payment (
  jurisdiction TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  month TEXT NOT NULL,
  owed_fen BIGINT NOT NULL,
  deducted_fen BIGINT NOT NULL,
  retained_fen BIGINT NOT NULL,
  paid_fen BIGINT NOT NULL,
  due_on TEXT NOT NULL,
  paid_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (payment_id, jurisdiction)
);

CREATE TABLE institution_payment_line (
  jurisdiction TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  scheme TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  year TEXT NOT NULL,
  owed_fen BIGINT NOT NULL,
  deducted_fen BIGINT NOT NULL,
  retained_fen BIGINT NOT NULL,
  paid_fen BIGINT NOT NULL,
  PRIMARY KEY (payment_id, scheme, jurisdiction)
);
CREATE INDEX institution_payment_line_by_institution_year ON institution_payment_line (institution_code, year, jurisdiction);

CREATE TABLE retention_release (
  jurisdiction TEXT NOT NULL,
  release_id TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  year TEXT NOT NULL,
  scheme TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  released_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (institution_code, year, release_id, scheme, jurisdiction)
);
