-- From where a session was opened, and when its user gave the password again before sensitive work.

ALTER TABLE session_opened ADD COLUMN source TEXT NOT NULL DEFAULT '';

CREATE TABLE session_confirmed (
  jurisdiction TEXT NOT NULL,
  session TEXT NOT NULL,
  confirmation TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (session, confirmation)
);
