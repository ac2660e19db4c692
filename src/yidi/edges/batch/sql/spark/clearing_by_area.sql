-- Transpiled from ../clearing_by_area.sql by scripts/transpile_jobs.py: change that one, not this.
WITH lines AS (
  SELECT
    pair_key,
    area,
    CASE WHEN undoes = '' THEN 'settled' ELSE 'undone' END AS kind,
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
    area,
    CASE WHEN undoes = '' THEN 'settled' ELSE 'undone' END
  UNION ALL
  SELECT
    nation.pair_key,
    nation.area,
    CASE WHEN nation.undoes = '' THEN 'settled' ELSE 'undone' END AS kind,
    -1 AS settlements,
    -nation.total_fen AS total_fen,
    -nation.fund_fen AS fund_fen,
    -nation.account_fen AS account_fen
  FROM nation
  INNER JOIN excluded
    ON excluded.settlement_key = nation.settlement_key
    AND excluded.settlement_id = nation.settlement_id
  WHERE
    nation.state = 'booked'
    AND nation.business_day >= CAST(:since AS DATE)
    AND nation.business_day < CAST(:until AS DATE)
  UNION ALL
  SELECT
    nation.pair_key,
    nation.area,
    CASE WHEN nation.undoes = '' THEN 'late' ELSE 'late_undone' END AS kind,
    1 AS settlements,
    nation.total_fen,
    nation.fund_fen,
    nation.account_fen
  FROM nation
  INNER JOIN carried
    ON carried.settlement_key = nation.settlement_key
    AND carried.settlement_id = nation.settlement_id
  LEFT JOIN excluded
    ON excluded.settlement_key = nation.settlement_key
    AND excluded.settlement_id = nation.settlement_id
  WHERE
    nation.state = 'booked'
    AND nation.business_day < CAST(:since AS DATE)
    AND excluded.settlement_id IS NULL
)
SELECT
  LPAD(CAST(pair_key DIV 1000 % 1000000 AS STRING), 6, '0') AS insured,
  area,
  LPAD(CAST(pair_key DIV 1000000000 AS STRING), 6, '0') AS care,
  LPAD(CAST(pair_key % 1000 AS STRING), 3, '0') AS scheme,
  kind,
  CAST(SUM(settlements) AS BIGINT) AS settlements,
  CAST(SUM(total_fen) AS BIGINT) AS total_fen,
  CAST(SUM(fund_fen) AS BIGINT) AS fund_fen,
  CAST(SUM(account_fen) AS BIGINT) AS account_fen
FROM lines
GROUP BY
  pair_key,
  area,
  kind
HAVING
  SUM(settlements) > 0
ORDER BY
  insured NULLS LAST,
  area NULLS LAST,
  care NULLS LAST,
  scheme NULLS LAST,
  kind NULLS LAST
