"""A PostgreSQL whose every table that grows is full: what it chooses there is what it chooses for a bureau of some years."""

from duban.ledger.tables import OBLIGATION
from tests.query_plans import GROWN

FULL = {
    "subject": "(kind, code, name, unit, attributes, active) SELECT '食品销售者', 'X' || n, '店' || n,"
    " CASE mod(n, 3) WHEN 0 THEN '350404' ELSE '350405' END, '{}', true",
    "fact": "(kind, subject_id, happened_on, recorded_at, source, ref, data, revises, first_told)"
    " SELECT CASE mod(n, 8) WHEN 0 THEN 'certificate.issued' WHEN 1 THEN 'analysis.held' ELSE 'inspection.done' END, n / 2 + 1, '2023-05-01', '2023-05-01', '登记', 'R' || n, '{}',"
    " CASE WHEN mod(n, 50) = 0 THEN n - 1 END, CASE WHEN mod(n, 60) = 0 THEN n - 1 END",
    "author": "(id, key, name, unit, entrance, undisclosed) SELECT 77, 'k', '林', '350400', 'page', true",
    "subject_change": "(subject_id, at, author_id, changed) SELECT n, '2023-05-01', 77, '{}'",
    "obligation_event": "(obligation_id, at, kind, actor, reason, details)"
    " SELECT n, '2023-05-01', 'acknowledged', '林', '', '{}'",
    "notice": "(obligation_id, rung, stage, due_on, decided_at, late)"
    " SELECT n, 'remind-1', 'remind', '2023-05-01', '2023-05-01', false",
    "delivery": "(notice_id, obligation_id, recipient, channel, state, not_before, attempts, next_attempt_at, lease_holder,"
    " message_id, settled_at) SELECT n, n, CASE mod(n, 3) WHEN 0 THEN '350404' ELSE '350405' END || '/食品流通科', 'inbox',"
    " CASE WHEN mod(n, 997) = 0 THEN 'dead' WHEN mod(n, 996) = 0 THEN 'cancelled' WHEN mod(n, 199) = 0 THEN 'unknown'"
    " WHEN mod(n, 99) = 0 THEN 'pending' ELSE 'sent' END, '2023-05-01', 1, '2023-05-01', 'h', 'M-' || n / 20,"
    " CASE WHEN mod(n, 997) = 0 OR mod(n, 996) = 0 OR (mod(n, 199) <> 0 AND mod(n, 99) <> 0)"
    " THEN '2023-05-02'::timestamp END",
    "inbox_message": "(recipient, message_id, title, body, received_at, read_at)"
    " SELECT CASE mod(n, 3) WHEN 0 THEN '350404' ELSE '350405' END || '/食品流通科', 'M-' || n, '提醒', '正文', '2023-05-01',"
    " CASE WHEN mod(n, 100) <> 0 THEN '2023-05-02'::timestamp END",
    "attempt": "(channel, recipient, message_id, put_at) SELECT 'mail', '350404/食品流通科', 'M-' || n, '2023-05-01'",
    "submission": "(obligation_id, kind, reviewer, submitted_at, submitted_by, reason, answer, settled_at, outcome)"
    " SELECT n, 'report', '350400/食品流通科', '2023-05-01', '林', '', '',"
    " CASE WHEN mod(n, 200) <> 0 THEN '2023-05-02'::timestamp END, CASE WHEN mod(n, 200) <> 0 THEN 'approved' END",
    "letter": "(kind, year, sequence, number, unit, reply_by, issued_at, issued_by, sha256)"
    " SELECT '督办通知书', 2023, n, 'n' || n, '350404', '2023-05-01', '2023-05-01', '林', 'x'",
    "letter_item": "(letter_id, obligation_id) SELECT n, n",
    "access_record": "(at, author_id, address, act, outcome, touched, count)"
    " SELECT '2023-05-01', 77, '', 'x', '200', '[]', 1",
}
"""Rows for each table that grows."""
AS_MANY = 40
"""How many times as many rows PostgreSQL is told that there are: what it chooses, it shall choose for a million."""


def fill(ledger, rows):
    """So many rows in each table that grows, counted as many times more; an obligation's family need not be there."""
    names = [column.name for column in OBLIGATION.columns if column.name != "id"]
    closed = "CASE WHEN mod(n, 9) = 0 THEN"
    anew = {
        "subject_id": "CASE WHEN mod(n, 50) > 0 THEN n END",
        "fact_id": "CASE WHEN mod(n, 3) = 0 THEN n END",
        "period_key": "period_key || unit || n",
        "deadline": "deadline + 86 + mod(n, 3000)",
        "target": "target + 86 + mod(n, 3000)",
        "state": f"{closed} 'done' ELSE state END",
        "closed_at": f"{closed} '2023-05-02'::timestamp END",
        "closed_on": f"{closed} deadline + 86 + mod(n, 3000) END",
        "returns": "CASE WHEN mod(n, 997) = 0 THEN 1 ELSE 0 END",
    }
    values = ", ".join(anew.get(name, name) for name in names)
    with ledger.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")  # rows without their families
        connection.exec_driver_sql(
            f"INSERT INTO obligation ({', '.join(names)}) SELECT {values} FROM obligation, generate_series(1, {rows // 6}) n"
        )
        for table, each in FULL.items():
            number = 1 if table == "author" else rows
            connection.exec_driver_sql(f"INSERT INTO {table} {each} FROM generate_series(1, {number}) AS n")
        connection.exec_driver_sql("SET session_replication_role = origin")
        connection.exec_driver_sql("VACUUM ANALYZE")
        grown = f"ARRAY[{', '.join(repr(table) for table in GROWN)}]::regclass[]"
        connection.exec_driver_sql(
            f"UPDATE pg_class SET reltuples = {AS_MANY} * reltuples WHERE oid = ANY({grown})"
            f" OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = ANY({grown}))"
        )
