"""From files that were handed in to what is stored: look, accept what has to be accepted, write."""

from __future__ import annotations

from collections.abc import Collection

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.core.errors import NotFound
from cofu_adopt.farm import keep_upload
from cofu_adopt.farm.group_findings import group_findings
from cofu_adopt.farm.import_season import ImportPreview, check_acceptable, preview_import


def preview_upload(token: str, person_id: int) -> ImportPreview:
    """What this person's upload would do now; reads in the open unit of work. Raises UploadGone."""
    keep_upload.get_upload(token, person_id)
    return preview_import(keep_upload.files_of(token), absent="file_left_out")


def accept_findings(
    token: str, person_id: int, *, ids: Collection[str], groups: Collection[str], take_back: Collection[str]
) -> None:
    """Accept the warnings with these `ids` and those of whole `groups`; `take_back` are accepted no longer.

    Opens its own units of work. Raises UploadGone, NotFound for a group that is not there, CannotAccept.
    """
    # Reading the files takes a moment: the write lock is taken afterwards.
    with unit_of_work(writes=False):
        preview = preview_upload(token, person_id)
    accepted = set(ids)
    if groups:
        known = {group.name: group for group in group_findings(preview.findings, ())}
        for name in groups:
            if name not in known:
                raise NotFound
            accepted |= {finding.id for finding in known[name].findings}
    check_acceptable(preview, accepted)
    with unit_of_work():
        keep_upload.accept(token, person_id, add=accepted, take_back=take_back)


def write_upload(token: str, person_id: int, fingerprint: str) -> None:
    """Write what was previewed with this `fingerprint`, all or nothing; what is written already stays as it is.

    Opens its own units of work. Raises what keep_upload.import_upload raises.
    """
    with unit_of_work(writes=False):
        preview = preview_upload(token, person_id)
    with unit_of_work("import"):
        keep_upload.import_upload(token, person_id, preview, fingerprint)
