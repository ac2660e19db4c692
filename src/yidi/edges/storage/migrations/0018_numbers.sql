-- A person's later numbers (regulation 4.5): a row that stands for the first; a visit learns of them.

ALTER TABLE person ADD COLUMN stands_for TEXT NOT NULL DEFAULT '';
ALTER TABLE visit_change ADD COLUMN person_no TEXT NOT NULL DEFAULT '';
