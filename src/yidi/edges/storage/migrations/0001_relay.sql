-- Messages: the inbox, the stored answers, the copies of the nation, and what is under way.
-- The copies of the nation have no key by message: the inbox guards them, and one tree less is written.
--
-- In every table: keys and indexes begin with what is sought and end with the jurisdiction, no two begin
-- alike. A planner that has seen only empty tables can then choose no other index than the right one.

CREATE TABLE received (
  jurisdiction TEXT NOT NULL,
  sender TEXT NOT NULL,
  msgid TEXT NOT NULL,
  digest TEXT NOT NULL,
  command TEXT NOT NULL,
  case_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (sender, msgid, jurisdiction)
);

CREATE TABLE replied (
  jurisdiction TEXT NOT NULL,
  sender TEXT NOT NULL,
  msgid TEXT NOT NULL,
  reply TEXT NOT NULL,
  replied_at TEXT NOT NULL,
  PRIMARY KEY (sender, msgid, jurisdiction)
);

CREATE TABLE relayed (
  jurisdiction TEXT NOT NULL,
  msgid TEXT NOT NULL,
  case_id TEXT NOT NULL,
  question TEXT NOT NULL,
  care TEXT NOT NULL,
  insured TEXT NOT NULL,
  origin_sender TEXT NOT NULL,
  origin_msgid TEXT NOT NULL,
  total_fen BIGINT NOT NULL,
  relayed_at TEXT NOT NULL
);
CREATE INDEX relayed_by_case ON relayed (case_id, jurisdiction);

CREATE TABLE returned (
  jurisdiction TEXT NOT NULL,
  msgid TEXT NOT NULL,
  case_id TEXT NOT NULL,
  question TEXT NOT NULL,
  care TEXT NOT NULL,
  insured TEXT NOT NULL,
  outcome TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  undoes TEXT NOT NULL,
  area TEXT NOT NULL,
  scheme TEXT NOT NULL,
  business_day TEXT NOT NULL,
  total_fen BIGINT NOT NULL,
  fund_fen BIGINT NOT NULL,
  account_fen BIGINT NOT NULL,
  person_fen BIGINT NOT NULL,
  returned_at TEXT NOT NULL
);
CREATE INDEX returned_by_case ON returned (case_id, jurisdiction);

CREATE TABLE tombstone (
  jurisdiction TEXT NOT NULL,
  sender TEXT NOT NULL,
  subject TEXT NOT NULL,
  reversal_msgid TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (sender, subject, jurisdiction)
);

-- What is under way; the one table whose rows leave again.
CREATE TABLE outbox (
  destination TEXT NOT NULL,
  sender TEXT NOT NULL,
  msgid TEXT NOT NULL,
  message TEXT NOT NULL,
  queued_at TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  parked_at TEXT NOT NULL,
  trouble TEXT NOT NULL,
  PRIMARY KEY (destination, sender, msgid)
);
