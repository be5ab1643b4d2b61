"""The store: whole or not at all, in a folder and in S3 (spoken to as botocore's stub expects it)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from cofu_adopt.core.media.s3_store import S3Store, from_settings
from cofu_adopt.core.media.store import LocalStore, key_of, store_from_settings
from config import Settings

KEY = key_of("ab" * 32, 320)


def test_what_was_put_is_there(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    assert store.open(KEY) is None
    assert store.open(f"{KEY}/below") is None
    store.put(KEY, b"one")
    store.put(KEY, b"one")
    assert store.open(KEY) == b"one"
    assert store.open(f"{KEY}/below") is None
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["320.webp"]


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_nothing_to_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(step, fail)
        with pytest.raises(OSError, match="No space"):
            LocalStore(tmp_path).put(KEY, b"one")
    assert LocalStore(tmp_path).open(KEY) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.fixture
def bucket() -> Iterator[tuple[S3Store, Stubber]]:
    client = boto3.client(
        "s3",
        region_name="cn-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        endpoint_url="http://127.0.0.1:9",
    )
    with Stubber(client) as stub:
        yield S3Store("photos", client), stub
        stub.assert_no_pending_responses()


def test_s3_that_refuses_is_as_a_full_disk(bucket: tuple[S3Store, Stubber]) -> None:
    store, stub = bucket
    stub.add_client_error("put_object", "SlowDown", http_status_code=503)
    with pytest.raises(OSError, match="did not take"):
        store.put(KEY, b"one")


def test_s3_keeps_the_type_with_it(bucket: tuple[S3Store, Stubber]) -> None:
    store, stub = bucket
    told = {"Bucket": "photos", "Key": KEY, "Body": b"one", "ContentType": "image/webp", "CacheControl": ANY}
    stub.add_response("put_object", {}, told)
    store.put(KEY, b"one")
    stub.add_response("get_object", {"Body": io.BytesIO(b"one")}, {"Bucket": "photos", "Key": KEY})
    assert store.open(KEY) == b"one"


def test_s3_says_absent_and_trouble_apart(bucket: tuple[S3Store, Stubber]) -> None:
    store, stub = bucket
    stub.add_client_error("get_object", "NoSuchKey", http_status_code=404)
    assert store.open(KEY) is None
    stub.add_client_error("get_object", "AccessDenied", http_status_code=403)
    with pytest.raises(ClientError):
        store.open(KEY)


def test_s3_is_swept_of_what_nobody_knows(bucket: tuple[S3Store, Stubber]) -> None:
    store, stub = bucket
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    orphan = key_of("cd" * 32, 320)
    found = [(KEY, old), (orphan, old), (key_of("ef" * 32, 320), new), ("of somebody else", old)]
    listed = {"Contents": [{"Key": key, "LastModified": moment} for key, moment in found]}
    stub.add_response("list_objects_v2", listed, {"Bucket": "photos"})
    stub.add_response("delete_object", {}, {"Bucket": "photos", "Key": orphan})
    assert store.sweep(datetime(2026, 6, 1, tzinfo=UTC), lambda digests: digests & {"ab" * 32}) == 1


def test_a_bucket_in_the_settings_is_spoken_to_with_signature_4(monkeypatch: pytest.MonkeyPatch) -> None:
    made = from_settings("photos", "http://127.0.0.1:9", "cn-east-1")
    assert made.client.meta.config.signature_version == "s3v4"
    assert made.client.meta.endpoint_url == "http://127.0.0.1:9"
    assert isinstance(store_from_settings(Settings(media_s3_bucket="photos", media_s3_region="cn-east-1")), S3Store)
    assert isinstance(store_from_settings(Settings()), LocalStore)
