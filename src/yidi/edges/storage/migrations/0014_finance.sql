-- Finance: bank accounts, statements and their lines, what became of each line, payment orders.

CREATE TABLE party_account (
  jurisdiction TEXT NOT NULL,
  party TEXT NOT NULL,
  version BIGINT NOT NULL,
  holder TEXT NOT NULL,
  number TEXT NOT NULL,
  bank TEXT NOT NULL,
  bank_no TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (party, version, jurisdiction)
);

CREATE TABLE imported_statement (
  jurisdiction TEXT NOT NULL,
  statement_id TEXT NOT NULL,
  account TEXT NOT NULL,
  statement_no TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  opening_fen BIGINT NOT NULL,
  closing_fen BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (account, statement_no, jurisdiction)
);
CREATE UNIQUE INDEX imported_statement_by_fingerprint ON imported_statement (fingerprint, jurisdiction);

CREATE TABLE imported_line (
  jurisdiction TEXT NOT NULL,
  line_id TEXT NOT NULL,
  statement_id TEXT NOT NULL,
  month TEXT NOT NULL,
  day TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  counterpart TEXT NOT NULL,
  counterpart_account TEXT NOT NULL,
  reference TEXT NOT NULL,
  remark TEXT NOT NULL,
  PRIMARY KEY (line_id, jurisdiction)
);
CREATE INDEX imported_line_by_month ON imported_line (month, jurisdiction);

CREATE TABLE line_fate (
  jurisdiction TEXT NOT NULL,
  line_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  fate TEXT NOT NULL,
  expected_id TEXT NOT NULL,
  way TEXT NOT NULL,
  note TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (line_id, version, jurisdiction)
);
CREATE INDEX line_fate_by_expected ON line_fate (expected_id, jurisdiction);

-- One payment explains one line, whichever node is asked.
CREATE UNIQUE INDEX line_fate_matched_once ON line_fate (fate, expected_id, jurisdiction) WHERE fate = 'matched';

CREATE TABLE order_batch (
  jurisdiction TEXT NOT NULL,
  batch_no TEXT NOT NULL,
  form TEXT NOT NULL,
  execution_day TEXT NOT NULL,
  holder TEXT NOT NULL,
  number TEXT NOT NULL,
  bank TEXT NOT NULL,
  bank_no TEXT NOT NULL,
  orders BIGINT NOT NULL,
  total_fen BIGINT NOT NULL,
  made_at TEXT NOT NULL,
  PRIMARY KEY (batch_no, jurisdiction)
);

CREATE TABLE payment_ordered (
  jurisdiction TEXT NOT NULL,
  expected_id TEXT NOT NULL,
  batch_no TEXT NOT NULL,
  order_no TEXT NOT NULL,
  payee TEXT NOT NULL,
  holder TEXT NOT NULL,
  number TEXT NOT NULL,
  bank TEXT NOT NULL,
  bank_no TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  remark TEXT NOT NULL,
  PRIMARY KEY (expected_id, jurisdiction)
);
CREATE INDEX payment_ordered_by_batch ON payment_ordered (batch_no, jurisdiction);
