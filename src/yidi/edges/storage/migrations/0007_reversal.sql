-- Tombstones and reversals.

CREATE TABLE reversal_asked (
  jurisdiction TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  msgid TEXT NOT NULL,
  original_msgid TEXT NOT NULL,
  original_kind TEXT NOT NULL,
  target TEXT NOT NULL,
  target_id TEXT NOT NULL,
  settlement_id TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (original_msgid, institution_code, msgid, jurisdiction)
);
