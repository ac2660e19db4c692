-- Transpiled from ../usage.sql by scripts/transpile_jobs.py: change that one, not this.
WITH days AS (
  SELECT
    pair_key,
    business_day,
    COUNT(*) AS settlements,
    SUM(total_fen) AS total_fen,
    SUM(fund_fen) AS fund_fen,
    SUM(account_fen) AS account_fen
  FROM nation
  WHERE
    state = 'booked'
    AND business_day >= CAST(:since AS DATE)
    AND business_day < CAST(:until AS DATE)
  GROUP BY
    pair_key,
    business_day
)
SELECT
  LPAD(CAST(pair_key DIV 1000 % 1000000 AS STRING), 6, '0') AS insured,
  LPAD(CAST(pair_key DIV 1000000000 AS STRING), 6, '0') AS care,
  LPAD(CAST(pair_key % 1000 AS STRING), 3, '0') AS scheme,
  SUBSTRING(CAST(business_day AS STRING), 1, 7) AS month,
  CAST(SUM(settlements) AS BIGINT) AS settlements,
  CAST(SUM(total_fen) AS BIGINT) AS total_fen,
  CAST(SUM(fund_fen) AS BIGINT) AS fund_fen,
  CAST(SUM(account_fen) AS BIGINT) AS account_fen
FROM days
GROUP BY
  pair_key,
  SUBSTRING(CAST(business_day AS STRING), 1, 7)
ORDER BY
  insured NULLS LAST,
  care NULLS LAST,
  scheme NULLS LAST,
  month NULLS LAST
