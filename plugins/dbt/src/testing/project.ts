/** A dbt project over DuckDB: a seed, two models and their tests. */
export const PROJECT = {
  'dbt_project.yml': `name: trips
version: "1.0"
profile: default
models:
  trips:
    +materialized: table
`,
  'seeds/raw_trips.csv': 'zone,fare\n1,10\n1,20\n2,5\n',
  'models/fares.sql': "select zone, sum(fare) as total from {{ ref('raw_trips') }} group by zone",
  'models/top_zone.sql': "select zone from {{ ref('fares') }} order by total desc limit 1",
  'models/schema.yml': `models:
  - name: fares
    columns:
      - name: zone
        data_tests: [unique, not_null]
`,
} as const;

/** A profile with a database file in the folder where dbt runs. */
export const PROFILES = `default:
  outputs:
    dev:
      type: duckdb
      path: trips.duckdb
  target: dev
`;
