"""What the clock ticks, how often, and which function claims the due rows. APScheduler only wakes the claimers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from flask import Flask

from cofu_adopt.adoptions import release
from cofu_adopt.core import clock, due, idempotency, outbox, patience
from cofu_adopt.core.due import Handler, run_due
from cofu_adopt.core.logs import in_one_line
from cofu_adopt.core.media import photos, uploads
from cofu_adopt.core.outbox import Send
from cofu_adopt.farm import keep_upload
from cofu_adopt.growth import tell_adopters
from cofu_adopt.ledger import seal
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.payments import (
    answer_dispute,
    catch_up,
    check,
    dispute,
    fee,
    payouts,
    refund_account,
    refund_request,
    sandbox_pages,
)
from cofu_adopt.remedies import choose
from cofu_adopt.webhooks import deliver, forget, keep_event, replay

STRANGERS = {keep_event.SEND_WEBHOOK: Handler(deliver.send_webhook, own_transactions=True)}
"""Calls to programs of others, which may be slow: they have a tick of their own, so that nothing of the house waits."""
OWN_WORK = {
    release.END_HOLD: Handler(release.end_hold, own_transactions=True),
    **catch_up.HANDLERS,
    fee.ASK_FEE: Handler(check.ask_fee, own_transactions=True),
    dispute.CHECK_DISPUTE: Handler(dispute.check_dispute, own_transactions=True),
    dispute.SEEK_DISPUTE: Handler(dispute.seek_dispute, own_transactions=True),
    answer_dispute.SEND_EVIDENCE: Handler(answer_dispute.send_evidence, own_transactions=True),
    payouts.FETCH_PAYOUTS: Handler(payouts.fetch_payouts, own_transactions=True),
    payouts.FETCH_LINES: Handler(payouts.fetch_lines, own_transactions=True),
    sandbox_pages.TELL_FEE: Handler(sandbox_pages.tell_fee),
    refund_request.REFUND_PIECE: Handler(refund_request.do_piece, own_transactions=True),
    refund_account.ERASE_ACCOUNT: Handler(refund_account.erase_account),
    choose.END_CHOICE: Handler(choose.end_choice),
    keep_upload.DROP_UPLOAD: Handler(keep_upload.drop_upload),
    uploads.FINISH_UPLOAD: Handler(uploads.finish_due_upload, own_transactions=True),
    uploads.DROP_UPLOAD: Handler(uploads.drop_upload),
    tell_adopters.TELL_CUT: Handler(tell_adopters.cut),
    tell_adopters.TELL_PIECE: Handler(tell_adopters.tell_piece),
    replay.REPLAY_WEBHOOKS: Handler(replay.replay_piece),
    sandbox_pages.CONFIRM_LATER: Handler(sandbox_pages.confirm_later, own_transactions=True),
}
HANDLERS = OWN_WORK | STRANGERS
"""Each kind of due row and what does it."""

CLAIMED_AT_ONCE = 5
"""Few, so that other workers find some, too: a piece of a fan-out takes a while."""
STOPPING = threading.Event()
"""Set by SIGTERM: what was claimed is finished, and nothing more is claimed."""
QUIET_SECONDS = 60.0
_told: dict[str, dict[str, float]] = {}
"""Which failures of which work were logged, and when, by the stopwatch; forgotten when it works again."""
log = structlog.get_logger()


def do_due_work() -> int:
    """Do all that is due now, but calls to strangers; return how many rows were claimed."""
    return _work_off(OWN_WORK)


def call_strangers() -> int:
    """Make all calls to strangers that are due now; return how many."""
    return _work_off(STRANGERS)


def _work_off(handlers: Mapping[str, Handler]) -> int:
    done = 0
    while not STOPPING.is_set() and (claimed := run_due(handlers, limit=CLAIMED_AT_ONCE)):
        done += claimed
    return done


def deliver_codes() -> int:
    """Send the codes that somebody waits for with the phone in her hand: no letter and no note is before them."""
    return _deliver({"sms": SENDERS["sms"]}, addressed=True)


def deliver_letters() -> int:
    """Send what else carries its own address: receipts, confirmations. They wait for no note."""
    return _deliver({name: send for name, send in SENDERS.items() if name != "sms"}, addressed=True)


def deliver_notes() -> int:
    """Send the notes that wait, of which many thousand may be due at once; return how many were claimed."""
    return _deliver(SENDERS, addressed=False)


def _deliver(senders: Mapping[str, Send], *, addressed: bool) -> int:
    done = 0
    while not STOPPING.is_set() and (claimed := outbox.deliver(senders, addressed=addressed)):
        done += claimed
    return done


def recall_stranded() -> int:
    """Bring back what a clock that ran ahead put off; return how many rows and messages."""
    return due.recall() + outbox.recall()


TICKS: tuple[tuple[Callable[[], object], int], ...] = (
    (do_due_work, 1),
    (deliver_codes, 1),
    (deliver_letters, 1),
    (deliver_notes, 1),
    (call_strangers, 1),
    (recall_stranded, 60),
    (seal.seal_entries, 60),
    (catch_up.catch_up, 300),
    (payouts.ask_for_payouts, 3600),
    (tell_adopters.declare_regular, 3600),
    (idempotency.forget_old_keys, 3600),
    (forget.forget_old, 3600),
    (photos.sweep_store, 6 * 3600),
)
"""What to wake, and every how many seconds."""


def run_clock(app: Flask) -> None:
    """Tick until SIGTERM or SIGINT; work that has begun is finished first."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: STOPPING.set())
    scheduler = BackgroundScheduler(timezone="UTC")
    for work, seconds in TICKS:
        scheduler.add_job(
            _in_app(app, work),
            "interval",
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            id=work.__name__,
        )
    scheduler.start()
    log.info("clock.started", ticks=len(TICKS))
    while not STOPPING.wait(1):
        wake_silenced(scheduler)
    scheduler.shutdown(wait=True)
    log.info("clock.stopped")


def wake_silenced(scheduler: BaseScheduler) -> None:
    """Let a tick whose time is too far away come now: after the clock was set back, it would wait for the old time."""
    now = clock.now()
    for job in scheduler.get_jobs():
        if job.next_run_time > now + 2 * job.trigger.interval:
            job.modify(next_run_time=now)


def _in_app(app: Flask, work: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context(), app.test_request_context():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the clock goes on
                _tell_failure(work.__name__, error)
            else:
                _tell_recovery(work.__name__)

    return run


def _tell_failure(work: str, error: Exception) -> None:
    """Log it, but the same failure of the same work once a minute only: the clock ticks every second."""
    now, kind = clock.stopwatch(), type(error).__name__
    told = _told.setdefault(work, {})
    if now - told.get(kind, -QUIET_SECONDS) < QUIET_SECONDS:
        return
    told[kind] = now
    if patience.is_passing(error):
        log.warning("clock.no_database", work=work, error=in_one_line(error))
    else:
        log.error("clock.failed", work=work, exc_info=error)


def _tell_recovery(work: str) -> None:
    if _told.pop(work, None):
        log.info("clock.recovered", work=work)
