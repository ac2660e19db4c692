-- Access: users in versions, sign-ins, sessions, what personal data was read and by whom, what users did.

CREATE TABLE user_account (
  jurisdiction TEXT NOT NULL,
  login TEXT NOT NULL,
  version BIGINT NOT NULL,
  role TEXT NOT NULL,
  institution_code TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  must_change BIGINT NOT NULL,
  state TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (login, version)
);

CREATE TABLE sign_in_attempt (
  jurisdiction TEXT NOT NULL,
  attempt_id TEXT NOT NULL,
  login TEXT NOT NULL,
  outcome TEXT NOT NULL,
  source TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (attempt_id, jurisdiction)
);
CREATE INDEX sign_in_attempt_by_login ON sign_in_attempt (login, outcome, at);

CREATE TABLE session_opened (
  jurisdiction TEXT NOT NULL,
  session TEXT NOT NULL,
  login TEXT NOT NULL,
  version BIGINT NOT NULL,
  opened_at TEXT NOT NULL,
  PRIMARY KEY (session)
);

CREATE TABLE session_ended (
  jurisdiction TEXT NOT NULL,
  session TEXT NOT NULL,
  cause TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  PRIMARY KEY (session)
);

CREATE TABLE personal_reading (
  jurisdiction TEXT NOT NULL,
  reading_id TEXT NOT NULL,
  login TEXT NOT NULL,
  role TEXT NOT NULL,
  reading TEXT NOT NULL,
  owner TEXT NOT NULL,
  person_no TEXT NOT NULL,
  subject TEXT NOT NULL,
  place TEXT NOT NULL,
  purpose TEXT NOT NULL,
  session TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (reading_id, jurisdiction)
);
CREATE INDEX personal_reading_by_time ON personal_reading (at, reading_id);
CREATE INDEX personal_reading_by_person ON personal_reading (person_no, at);
CREATE INDEX personal_reading_by_login ON personal_reading (login, at);
CREATE INDEX personal_reading_by_session ON personal_reading (session, at);

CREATE TABLE user_act (
  jurisdiction TEXT NOT NULL,
  act_id TEXT NOT NULL,
  login TEXT NOT NULL,
  role TEXT NOT NULL,
  command TEXT NOT NULL,
  subject TEXT NOT NULL,
  msgid TEXT NOT NULL,
  outcome TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (act_id, jurisdiction)
);
CREATE INDEX user_act_by_subject ON user_act (login, subject);
CREATE INDEX user_act_by_time ON user_act (at, act_id);
