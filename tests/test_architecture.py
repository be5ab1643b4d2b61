"""What import-linter cannot hold of the house's plan: docs/decisions and ARCHITECTURE say why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cofu_adopt.ledger import models as ledger_models
from tests.source import PACKAGE, Source, last_name, sources

LONGEST = 400
FLASK_ALLOWED = re.compile(r"app\.py|routes\.py|core/.*|.*api\.py|.*pages\.py|.*cli\.py")
FLASK_ELSEWHERE = {
    "adoptions/hold.py": {"current_app"},  # HOLD_SECONDS
    "adoptions/release.py": {"current_app"},  # HOLD_GRACE_SECONDS
    "adoptions/transfer.py": {"current_app"},  # TRANSFER_OPEN_LIMIT
    "identity/__init__.py": {"Flask"},  # is handed the application
    "identity/session.py": {"current_app", "session"},  # STAFF_TOTP_REQUIRED; the signed session is Flask's
    "notify/links.py": {"current_app"},  # SECRET_KEY and PUBLIC_URL
    "notify/mail.py": {"current_app"},  # SMTP_URL
    "notify/push.py": {"current_app"},  # VAPID_PRIVATE_KEY
    "notify/sms.py": {"current_app"},  # SMS_SENDER
    "payments/gateway.py": {"current_app"},  # the gateway of the settings
    "payments/house_rules.py": {"current_app"},  # what the house decided about refunds
    "payments/sandbox_gateway.py": {"current_app"},
    "payments/transfer_gateway.py": {"current_app"},
    "payments/transfer_record.py": {"current_app"},  # CURRENCY
    "schedule.py": {"Flask"},  # the ticks run inside the application
    "screens/static_url.py": {"Blueprint", "Response", "url_for"},  # the one style sheet is a route
    "screens/template_words.py": {"Flask"},  # is handed the application
    "webhooks/reach.py": {"current_app"},  # WEBHOOK_LOOPBACK
}
"""Who else uses what of Flask, and for what."""
LEDGER_TABLES = ("ledger_account", "journal_entry", "posting", "ledger_seal")
LEDGER_MODELS = {"LedgerAccount", "JournalEntry", "Posting", "LedgerSeal"}
BANNED = {"service.py", "services.py", "utils.py", "helpers.py", "base.py", "manager.py", "common.py"}


def test_only_the_unit_of_work_commits_and_rolls_back() -> None:
    found = {
        f"{source.path}:{call.lineno}"
        for source in sources()
        for name in ("commit", "rollback", "begin", "begin_nested")
        for call in source.calls(name)
        if source.path != "core/db.py"
    }
    assert found == set()
    (home,) = (source for source in sources() if source.path == "core/db.py")
    assert [len(list(home.calls(name))) for name in ("commit", "rollback")] == [
        2,
        2,
    ]  # the transaction and the savepoint


def test_flask_stays_at_the_edge() -> None:
    for source in sources():
        used = {name for module, name in source.imports() if module == "flask" or module.startswith("flask.")}
        # `flask.cli` and flask_babel are no requests.
        used -= {name for module, name in source.imports() if module == "flask.cli"}
        if FLASK_ALLOWED.fullmatch(source.path):
            continue
        allowed = FLASK_ELSEWHERE.get(source.path, set())
        assert used <= allowed, f"{source.path} uses {sorted(used - allowed)} of Flask"
        assert allowed <= used, f"{source.path} no longer uses {sorted(allowed - used)}: take it off the list"


def test_only_the_stripe_adapter_knows_stripe() -> None:
    for source in sources():
        if not re.fullmatch(r"payments/stripe_\w+\.py", source.path):
            assert not any(module.split(".")[0] == "stripe" for module, _name in source.imports()), source.path


def test_only_the_ledger_touches_its_tables() -> None:
    models = {name for name, found in vars(ledger_models).items() if hasattr(found, "__tablename__")}
    assert models == LEDGER_MODELS
    assert {getattr(ledger_models, name).__tablename__ for name in models} == set(LEDGER_TABLES)
    for source in sources():
        if not source.path.startswith("ledger/"):
            assert touches_of_ledger(source) == [], source.path


def touches_of_ledger(source: Source) -> list[str]:
    imported = [name for module, name in source.imports() if module == "cofu_adopt.ledger.models"]
    in_sql = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+(?:{'|'.join(LEDGER_TABLES)})\b", re.IGNORECASE)
    return imported + [words for words in source.strings() if in_sql.search(words)]


@pytest.mark.parametrize(
    "code",
    [
        "from cofu_adopt.ledger.models import Posting",
        "x = text('update posting set amount_fen = 1')",
    ],
)
def test_a_touch_is_seen(code: str) -> None:
    assert touches_of_ledger(Source("farm/x.py", ast.parse(code)))


def test_no_relationship_crosses_a_slice() -> None:
    for source in sources():
        assert not list(source.calls("relationship")), source.path


def test_only_the_clock_reads_the_time() -> None:
    for source in sources():
        if source.path == "core/clock.py":
            continue
        for name in ("now", "utcnow", "today"):
            for call in source.calls(name):
                owner = last_name(call.func.value) if isinstance(call.func, ast.Attribute) else "clock"
                assert owner == "clock", f"{source.path}:{call.lineno}"
        assert not any(module == "time" for module, _name in source.imports()), source.path


def test_files_are_named_by_what_they_do_and_short() -> None:
    for path in source_files():
        assert path.name not in BANNED, path
        count = len(path.read_text(encoding="utf-8").splitlines())
        assert count <= LONGEST, f"{path} has {count} lines: split it by use case"


def source_files() -> list[Path]:
    root = PACKAGE.parent
    folders = (PACKAGE, root / "tests", root / "migrations", root / "bench")
    found = [path for folder in folders for kind in ("*.py", "*.html", "*.js") for path in folder.rglob(kind)]
    return [path for path in [*found, *root.glob("*.py")] if "vendor" not in path.parts]
