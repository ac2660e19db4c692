-- The second factor: its secret in versions, encrypted under the key of the whole database; codes taken.

CREATE TABLE second_factor (
  jurisdiction TEXT NOT NULL,
  login TEXT NOT NULL,
  version BIGINT NOT NULL,
  secret TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (login, version)
);

CREATE TABLE code_taken (
  jurisdiction TEXT NOT NULL,
  login TEXT NOT NULL,
  version BIGINT NOT NULL,
  step BIGINT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (login, version, step)
);
