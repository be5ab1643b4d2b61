"""Renditions in S3, or what speaks like it. Needs requirements-s3.txt; boto3 finds the access keys in its own ways."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cofu_adopt.core.media.store import SetOfWanted

CONTENT_TYPE = "image/webp"
CACHE_CONTROL = "public, max-age=31536000, immutable"
ABSENT = frozenset({"NoSuchKey", "404"})


class S3Store:
    """A bucket; an object is there whole or not at all by S3's own promise."""

    def __init__(self, bucket: str, client: Any) -> None:
        self.bucket, self.client = bucket, client

    def put(self, key: str, content: bytes) -> None:
        """Send it, with its type fixed, for whoever reads the bucket directly. Raises OSError, as a full disk does."""
        try:
            self.client.put_object(
                Bucket=self.bucket, Key=key, Body=content, ContentType=CONTENT_TYPE, CacheControl=CACHE_CONTROL
            )
        except (BotoCoreError, ClientError) as error:
            raise OSError("the bucket did not take the photo") from error

    def open(self, key: str) -> bytes | None:
        """Fetch it."""
        try:
            content: bytes = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ABSENT:
                return None
            raise
        return content

    def sweep(self, before: datetime, is_wanted: SetOfWanted) -> int:
        """Remove photos whose upload was never finished."""
        removed = 0
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            old = [each["Key"] for each in page.get("Contents", ()) if each["LastModified"] < before]
            digests = {key: key.split("/")[1] for key in old if key.count("/") == 2}  # noqa: PLR2004 - shelf, photo, file
            wanted = is_wanted(set(digests.values())) if digests else set()
            for key, digest in digests.items():
                if digest not in wanted:
                    self.client.delete_object(Bucket=self.bucket, Key=key)
                    removed += 1
        return removed


def from_settings(bucket: str, endpoint: str, region: str) -> S3Store:
    """The bucket of the settings."""
    config = Config(
        signature_version="s3v4",
        connect_timeout=2,
        read_timeout=10,
        retries={"max_attempts": 3, "mode": "standard"},
    )
    return S3Store(bucket, boto3.client("s3", endpoint_url=endpoint or None, region_name=region or None, config=config))
