-- A sign-in whose password was good and whose code is due: any process of the database may go on with it.

CREATE TABLE half_sign_in (
  jurisdiction TEXT NOT NULL,
  half TEXT NOT NULL,
  login TEXT NOT NULL,
  version BIGINT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (half)
);
