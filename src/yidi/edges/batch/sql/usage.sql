-- What every pair of provinces settled in each month, net of what was undone: the measure of the prepayment
-- and of its usage rate (regulation 6.2, 6.9). Reads nation; months are those of $since up to $until.
WITH days AS (
  SELECT
    pair_key,
    business_day,
    COUNT(*) AS settlements,
    SUM(total_fen) AS total_fen,
    SUM(fund_fen) AS fund_fen,
    SUM(account_fen) AS account_fen
  FROM nation
  WHERE state = 'booked' AND business_day >= CAST($since AS DATE) AND business_day < CAST($until AS DATE)
  GROUP BY pair_key, business_day
)
SELECT
  LPAD(CAST(pair_key // 1000 % 1000000 AS VARCHAR), 6, '0') AS insured,
  LPAD(CAST(pair_key // 1000000000 AS VARCHAR), 6, '0') AS care,
  LPAD(CAST(pair_key % 1000 AS VARCHAR), 3, '0') AS scheme,
  SUBSTRING(CAST(business_day AS VARCHAR), 1, 7) AS month,
  CAST(SUM(settlements) AS BIGINT) AS settlements,
  CAST(SUM(total_fen) AS BIGINT) AS total_fen,
  CAST(SUM(fund_fen) AS BIGINT) AS fund_fen,
  CAST(SUM(account_fen) AS BIGINT) AS account_fen
FROM days
GROUP BY pair_key, SUBSTRING(CAST(business_day AS VARCHAR), 1, 7)
ORDER BY insured, care, scheme, month
