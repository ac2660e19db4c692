-- Transpiled from ../reconcile_day.sql by scripts/transpile_jobs.py: change that one, not this.
WITH printed AS (
  SELECT
    1 AS party,
    settlement_key,
    pair_key,
    business_day,
    state,
    total_fen,
    fund_fen,
    account_fen
  FROM care
  UNION ALL
  SELECT
    2 AS party,
    settlement_key,
    pair_key,
    business_day,
    state,
    total_fen,
    fund_fen,
    account_fen
  FROM nation
  UNION ALL
  SELECT
    3 AS party,
    settlement_key,
    pair_key,
    business_day,
    state,
    total_fen,
    fund_fen,
    account_fen
  FROM insured
), spans AS (
  SELECT
    party,
    settlement_key DIV :width AS span,
    COUNT(*) AS held,
    SUM(total_fen) AS total_fen,
    SUM(settlement_key % 67108859) AS numbers,
    BIT_XOR(
      (
        settlement_key % 67108859 + 1
      ) * total_fen ^ (
        (
          settlement_key % 67108859 * 40503 & 67108863
        ) + 1
      ) * fund_fen ^ (
        (
          settlement_key % 67108859 * 48271 & 67108863
        ) + 1
      ) * account_fen ^ (
        (
          settlement_key % 67108859 * 52711 & 67108863
        ) + 1
      ) * (
        pair_key DIV 1000000
      )
    ) AS fingerprint,
    BIT_XOR(
      (
        (
          settlement_key % 67108859 * 60493 & 67108863
        ) + 1
      ) * (
        pair_key % 1000000 * 65536 + DATEDIFF(DAY, CAST('2020-01-01' AS DATE), business_day) * 3 + CASE WHEN state = 'booked' THEN 2 WHEN state = 'open' THEN 1 ELSE 0 END
      )
    ) AS attribution
  FROM printed
  GROUP BY
    party,
    settlement_key DIV :width
), suspect AS (
  SELECT
    span
  FROM spans
  GROUP BY
    span
  HAVING
    COUNT(*) <> 3
    OR MIN(held) <> MAX(held)
    OR MIN(total_fen) <> MAX(total_fen)
    OR MIN(numbers) <> MAX(numbers)
    OR MIN(fingerprint) <> MAX(fingerprint)
    OR MIN(attribution) <> MAX(attribution)
), doubted AS (
  SELECT
    1 AS party,
    settlement_key,
    pair_key,
    business_day,
    state,
    total_fen,
    fund_fen,
    account_fen
  FROM care
  UNION ALL
  SELECT
    2 AS party,
    settlement_key,
    pair_key,
    business_day,
    state,
    total_fen,
    fund_fen,
    account_fen
  FROM nation
  UNION ALL
  SELECT
    3 AS party,
    settlement_key,
    pair_key,
    business_day,
    state,
    total_fen,
    fund_fen,
    account_fen
  FROM insured
), doubtful AS (
  SELECT
    settlement_key
  FROM doubted
  INNER JOIN suspect
    ON suspect.span = doubted.settlement_key DIV :width
  GROUP BY
    settlement_key
  HAVING
    COUNT(*) <> 3
    OR MIN(party) <> 1
    OR MAX(party) <> 3
    OR SUM(party) <> 6
    OR MIN(state) <> MAX(state)
    OR MIN(pair_key) <> MAX(pair_key)
    OR MIN(total_fen) <> MAX(total_fen)
    OR MIN(fund_fen) <> MAX(fund_fen)
    OR MIN(account_fen) <> MAX(account_fen)
    OR MIN(business_day) <> MAX(business_day)
), held AS (
  SELECT
    1 AS party,
    settlement_key,
    settlement_id,
    undoes,
    case_id,
    care,
    insured,
    area,
    scheme,
    institution_code,
    business_day,
    total_fen,
    fund_fen,
    account_fen,
    state
  FROM care
  UNION ALL
  SELECT
    2 AS party,
    settlement_key,
    settlement_id,
    undoes,
    case_id,
    care,
    insured,
    area,
    scheme,
    institution_code,
    business_day,
    total_fen,
    fund_fen,
    account_fen,
    state
  FROM nation
  UNION ALL
  SELECT
    3 AS party,
    settlement_key,
    settlement_id,
    undoes,
    case_id,
    care,
    insured,
    area,
    scheme,
    institution_code,
    business_day,
    total_fen,
    fund_fen,
    account_fen,
    state
  FROM insured
), compared AS (
  SELECT
    settlement_id,
    MAX(undoes) AS undoes,
    MAX(case_id) AS case_id,
    MAX(care) AS care,
    MAX(insured) AS insured,
    MAX(area) AS area,
    MAX(scheme) AS scheme,
    MAX(institution_code) AS institution_code,
    SUM(CASE WHEN party = 1 THEN 1 ELSE 0 END) AS care_rows,
    SUM(CASE WHEN party = 2 THEN 1 ELSE 0 END) AS nation_rows,
    SUM(CASE WHEN party = 3 THEN 1 ELSE 0 END) AS insured_rows,
    MIN(CASE WHEN party = 1 THEN business_day END) AS care_day,
    MIN(CASE WHEN party = 2 THEN business_day END) AS nation_day,
    MIN(CASE WHEN party = 3 THEN business_day END) AS insured_day,
    MIN(CASE WHEN party = 1 THEN state END) AS care_state,
    MIN(CASE WHEN party = 2 THEN state END) AS nation_state,
    MIN(CASE WHEN party = 3 THEN state END) AS insured_state,
    SUM(CASE WHEN party = 1 THEN total_fen END) AS care_total_fen,
    SUM(CASE WHEN party = 2 THEN total_fen END) AS nation_total_fen,
    SUM(CASE WHEN party = 3 THEN total_fen END) AS insured_total_fen,
    SUM(CASE WHEN party = 1 THEN fund_fen END) AS care_fund_fen,
    SUM(CASE WHEN party = 2 THEN fund_fen END) AS nation_fund_fen,
    SUM(CASE WHEN party = 3 THEN fund_fen END) AS insured_fund_fen,
    SUM(CASE WHEN party = 1 THEN account_fen END) AS care_account_fen,
    SUM(CASE WHEN party = 2 THEN account_fen END) AS nation_account_fen,
    SUM(CASE WHEN party = 3 THEN account_fen END) AS insured_account_fen,
    SUM(CASE WHEN state = 'booked' THEN 1 ELSE 0 END) AS booked_rows,
    SUM(
      CASE
        WHEN business_day >= CAST(:since AS DATE) AND business_day < CAST(:until AS DATE)
        THEN 1
        ELSE 0
      END
    ) AS judged_rows,
    CASE WHEN MIN(state) <> MAX(state) THEN 1 ELSE 0 END AS other_state,
    CASE
      WHEN MIN(scheme) <> MAX(scheme)
      OR MIN(care) <> MAX(care)
      OR MIN(insured) <> MAX(insured)
      THEN 1
      ELSE 0
    END AS other_attribution,
    CASE
      WHEN MIN(total_fen) <> MAX(total_fen)
      OR MIN(fund_fen) <> MAX(fund_fen)
      OR MIN(account_fen) <> MAX(account_fen)
      THEN 1
      ELSE 0
    END AS other_amount,
    CASE WHEN MIN(business_day) <> MAX(business_day) THEN 1 ELSE 0 END AS other_day
  FROM held
  INNER JOIN doubtful
    ON doubtful.settlement_key = held.settlement_key
  GROUP BY
    settlement_id
), classed AS (
  SELECT
    *,
    CASE
      WHEN booked_rows = 0
      THEN ''
      WHEN care_rows > 1 OR nation_rows > 1 OR insured_rows > 1
      THEN 'duplicate'
      WHEN undoes <> '' AND (
        care_rows = 0 OR nation_rows = 0 OR insured_rows = 0
      )
      THEN 'reversed_at_one_only'
      WHEN care_rows = 0
      THEN 'missing_at_care'
      WHEN nation_rows = 0
      THEN 'missing_at_nation'
      WHEN insured_rows = 0
      THEN 'missing_at_insured'
      WHEN other_state = 1
      THEN 'state'
      WHEN other_attribution = 1
      THEN 'attribution'
      WHEN other_amount = 1
      THEN 'amount'
      WHEN other_day = 1
      THEN 'late'
      ELSE ''
    END AS difference
  FROM compared
)
SELECT
  settlement_id,
  difference,
  undoes,
  case_id,
  care,
  insured,
  area,
  scheme,
  institution_code,
  care_rows,
  nation_rows,
  insured_rows,
  CAST(care_day AS STRING) AS care_day,
  CAST(nation_day AS STRING) AS nation_day,
  CAST(insured_day AS STRING) AS insured_day,
  care_state,
  nation_state,
  insured_state,
  care_total_fen,
  nation_total_fen,
  insured_total_fen,
  care_fund_fen,
  nation_fund_fen,
  insured_fund_fen,
  care_account_fen,
  nation_account_fen,
  insured_account_fen
FROM classed
WHERE
  difference <> '' AND judged_rows > 0
ORDER BY
  settlement_id NULLS LAST
